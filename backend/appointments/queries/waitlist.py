"""The wait list as a caller may see it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.appointments.enums import LIVE_STATUSES, OfferStatus, WaitlistStatus
from backend.appointments.models import WaitlistEntry, WaitlistOffer, WaitlistPlace
from backend.appointments.querysets import WaitlistEntryQuerySet
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.permissions import Permission


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry, and the instant that the seconds of its offer are counted from. The row comes from `entries_for`."""

    row: WaitlistEntry
    now: datetime


def entries_for(actor: Actor, permission: Permission = Permission.APPOINTMENT_READ) -> WaitlistEntryQuerySet:
    """The entries over which the caller holds the right, with all that an answer shows, in a few statements."""
    ahead = (
        WaitlistPlace.objects.filter(
            clinic_id=OuterRef("clinic_id"),
            entry__service_id=OuterRef("entry__service_id"),
            entry__status__in=LIVE_STATUSES,
            rank__lt=OuterRef("rank"),
        )
        .order_by()
        .values("clinic_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    places = WaitlistPlace.objects.annotate(ahead=Coalesce(Subquery(ahead), 0)).select_related("clinic").order_by("pk")
    offers = WaitlistOffer.objects.filter(status=OfferStatus.OPEN).select_related("hold", "clinic", "practitioner")
    found: WaitlistEntryQuerySet = WaitlistEntry.objects.visible_to(actor, permission)
    return found.select_related("patient", "service").prefetch_related(
        Prefetch("places", queryset=places),
        "windows",
        "practitioners",
        Prefetch("offers", queryset=offers, to_attr="open_offers"),
    )


def get_entry_for(
    actor: Actor, entry_id: uuid.UUID, permission: Permission = Permission.APPOINTMENT_READ
) -> WaitlistEntry:
    """One entry over which the caller holds the right. Raises PermissionDenied for one they merely see, NotFound."""
    rows = WaitlistEntry.objects.filter(pk=entry_id)
    entry: WaitlistEntry | None = rows.visible_to(actor, permission).first()
    if entry is None:
        raise PermissionDenied if rows.visible_to(actor).exists() else NotFound
    return entry


def see_entry(actor: Actor, entry_id: uuid.UUID) -> SeenEntry:
    """One entry as it is at this moment, with what is offered. Raises NotFound."""
    entry = entries_for(actor).filter(pk=entry_id).annotate(now=clock.Present()).first()
    if entry is None:
        raise NotFound
    return SeenEntry(entry, entry.now)


def list_entries(
    actor: Actor,
    *,
    clinic_id: uuid.UUID | None = None,
    service_id: uuid.UUID | None = None,
    statuses: Collection[WaitlistStatus] = (),
) -> QuerySet[Any]:
    """The entries the caller may see, narrowed. With a clinic, `rank` is the place in its queue, to be ordered by."""
    narrowing: dict[str, Any] = {}
    if service_id:
        narrowing["service_id"] = service_id
    if statuses:
        narrowing["status__in"] = statuses
    found: QuerySet[Any] = entries_for(actor).filter(**narrowing)
    return found.filter(places__clinic_id=clinic_id).annotate(rank=F("places__rank")) if clinic_id else found


def get_offer_for(actor: Actor, offer_id: uuid.UUID, permission: Permission) -> WaitlistOffer:
    """One offer over which the caller holds the right, with its entry and what keeps its time. Raises NotFound, and
    PermissionDenied for one they merely see."""
    rows = WaitlistOffer.objects.filter(pk=offer_id)
    whole = rows.select_related("entry__gives_back", "hold", "clinic", "practitioner")
    offer: WaitlistOffer | None = whole.visible_to(actor, permission).first()
    if offer is None:
        raise PermissionDenied if rows.visible_to(actor).exists() else NotFound
    return offer
