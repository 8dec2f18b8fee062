"""Putting an entry elsewhere in the queue of a clinic."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.appointments.enums import LIVE_STATUSES
from backend.appointments.errors import InvalidTransition
from backend.appointments.event_types import WaitlistMoved
from backend.appointments.models import WaitlistEntry, WaitlistPlace
from backend.appointments.queries.waitlist import get_entry_for
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import DomainError, FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission
from backend.events.actions import publish

_ELSEWHERE = gettext_noop("It does not wait there for the same service.")


def move_entry(
    actor: Actor, *, entry_id: uuid.UUID, clinic_id: uuid.UUID, before_id: uuid.UUID | None, reason: str
) -> WaitlistEntry:
    """Put an entry before another one that waits at the clinic for the same service; with None, at the end. Its places
    at other clinics stay.

    Raises NotFound, PermissionDenied, InvalidTransition (it waits no longer), ValidationFailed.
    """
    entry = get_entry_for(actor, entry_id)
    actor.require(Permission.APPOINTMENT_BOOK, clinic_id=clinic_id)
    with transaction.atomic():
        queue = _locked_queue(clinic_id, entry.service_id)
        place = _place_of(entry.pk, queue)
        if place is None:
            raise _refusal(entry)
        others = [one for one in queue if one is not place]
        new = others.index(_behind(before_id, others)) if before_id else len(others)
        if before_id != entry_id and new != (old := queue.index(place)):
            _deal(queue, [*others[:new], place, *others[new:]])
            whose = entry.patient_id
            publish(
                WaitlistMoved(subject_id=entry_id, service_id=entry.service_id, patient_id=whose, clinic_id=clinic_id)
            )
            record(
                actor,
                "waitlist.moved",
                subject_type="waitlist_entry",
                subject_id=entry_id,
                patient_id=whose,
                clinic_id=clinic_id,
                before={"position": old + 1},
                after={"position": new + 1},
                reason=reason,
            )
    return entry


def _locked_queue(clinic_id: uuid.UUID, service_id: uuid.UUID) -> list[WaitlistPlace]:
    queue = WaitlistPlace.objects.filter(
        clinic_id=clinic_id, entry__service_id=service_id, entry__status__in=LIVE_STATUSES
    )
    # All in one order, then read anew: whoever was waited for may have dealt the ranks.
    list(queue.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk"))
    return list(queue.order_by("rank"))


def _place_of(entry_id: uuid.UUID, queue: Sequence[WaitlistPlace]) -> WaitlistPlace | None:
    return next((place for place in queue if place.entry_id == entry_id), None)


def _behind(before_id: uuid.UUID, others: Sequence[WaitlistPlace]) -> WaitlistPlace:
    place = _place_of(before_id, others)
    if place is None:
        raise ValidationFailed(errors=(FieldError("/before_entry_id", FieldCode.NOT_FOUND, _ELSEWHERE),))
    return place


def _refusal(entry: WaitlistEntry) -> DomainError:
    if entry.status not in LIVE_STATUSES:
        return InvalidTransition("This entry waits no longer.")
    return ValidationFailed(errors=(FieldError("/clinic_id", FieldCode.NOT_FOUND, _ELSEWHERE),))


def _deal(queue: Sequence[WaitlistPlace], order: Sequence[WaitlistPlace]) -> None:
    """Give out the same ranks in another order, in one statement."""
    ranks = [place.rank for place in queue]
    for place, rank in zip(order, ranks, strict=True):
        place.rank = rank
    WaitlistPlace.objects.bulk_update(order, ["rank"])
