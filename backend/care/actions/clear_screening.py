"""Deciding for an answer that asks for a clinician (D10)."""

import uuid

from django.db import transaction

from backend.audit.actions import record
from backend.care.errors import NotForAClinician
from backend.care.queries.certified import is_certified_for
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.events.actions import publish
from backend.patients.actions.settle_review import settle_review
from backend.patients.enums import ScreeningOutcome
from backend.patients.event_types import ScreeningCleared
from backend.patients.models import Screening
from backend.patients.queries.screenings import get_screening_for


def clear_screening(actor: Actor, *, screening_id: uuid.UUID, reason: str) -> Screening:
    """Let the patient book although an answer asks for a clinician; until the answers run out or are given anew.

    By a physiotherapist who holds every required proof today. Raises NotFound, PermissionDenied, and NotForAClinician
    for answers that forbid treatment, that ask for nobody, or that no longer count.
    """
    screening = get_screening_for(actor, screening_id)
    if not is_certified_for(actor, screening.patient_id):
        raise PermissionDenied
    with transaction.atomic():
        locked: Screening = Screening.objects.select_for_update(no_key=True).get(pk=screening.pk)
        if locked.outcome != ScreeningOutcome.ASK_CLINICIAN or not locked.is_current or locked.cleared_at:
            raise NotForAClinician
        locked.cleared_at = locked.updated_at = clock.now()
        locked.cleared_by_id, locked.cleared_reason = actor.user_id, reason
        locked.save(update_fields=["cleared_at", "cleared_by", "cleared_reason", "updated_at"])
        settle_review(screening_ids=[locked.pk], reason="a physiotherapist cleared the screening")
        publish(ScreeningCleared(subject_id=locked.pk, patient_id=locked.patient_id))
        # The reason is a clinical note: it stays with the answers, out of the log.
        record(
            actor,
            "screening.cleared",
            subject_type="screening",
            subject_id=locked.pk,
            patient_id=locked.patient_id,
        )
    return locked
