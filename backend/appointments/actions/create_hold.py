"""Keeping a start for a few minutes while its booking is filled in."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings

from backend.appointments.actions.advance import begin
from backend.appointments.actions.draft import draft
from backend.appointments.actions.take import take
from backend.appointments.actions.whom import whom
from backend.appointments.actions.wish import Wish
from backend.appointments.availability.gather import Facts
from backend.appointments.enums import Status
from backend.appointments.errors import PatientOverlap, SlotTaken
from backend.appointments.models import Appointment
from backend.appointments.queries.seen import SeenHold
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.batches import in_one_statement


def create_hold(
    actor: Actor,
    *,
    service_id: uuid.UUID,
    clinic_id: uuid.UUID,
    starts_at: datetime,
    practitioner_id: uuid.UUID | None = None,
    patient_id: uuid.UUID | None = None,
) -> SeenHold:
    """Hold a start for the caller; the same caller asking for the same start gets the hold they have.

    Raises NotFound, PermissionDenied, SlotTaken (with alternatives), PatientOverlap, SlotNotBookable, Unavailable.
    """
    patient_id = whom(actor, patient_id=patient_id, clinic_id=clinic_id)
    wish = Wish(service_id, clinic_id, starts_at, practitioner_id, patient_id)
    if held := _held_already(actor, wish):
        return held

    def write(facts: Facts, lane: Lane, room: RoomFacts) -> SeenHold:
        expires_at = facts.now + timedelta(seconds=settings.HOLD_SECONDS)
        hold = draft(wish, lane, room, held_by_id=actor.user_id, hold_expires_at=expires_at)
        with in_one_statement():
            begin(hold, Status.HELD, by=actor.user_id, at=facts.now)
            record(
                actor,
                "hold.created",
                subject_type="appointment",
                subject_id=hold.pk,
                patient_id=patient_id,
                clinic_id=clinic_id,
                after={"starts_at": starts_at.isoformat(), "practitioner_id": str(lane.practitioner.id)},
            )
        return SeenHold(hold, facts.now)

    try:
        return take(wish, write)
    except (SlotTaken, PatientOverlap):
        if held := _held_already(actor, wish):  # taken by their own other request, a moment ago
            return held
        raise


def _held_already(actor: Actor, wish: Wish) -> SeenHold | None:
    held = Appointment.objects.holds_of(actor).filter(
        status=Status.HELD,
        hold_expires_at__gt=clock.Present(),
        service_id=wish.service_id,
        clinic_id=wish.clinic_id,
        starts_at=wish.starts_at,
    )
    held = held.filter(patient_id=wish.patient_id) if wish.patient_id else held.filter(patient__isnull=True)
    if wish.practitioner_id:
        held = held.filter(practitioner_id=wish.practitioner_id)
    hold = held.annotate(now=clock.Present()).first()
    return SeenHold(hold, hold.now) if hold else None
