"""What follows from events of this app and of those below: time that has become free is offered to who waits."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from backend.appointments.actions.flag_patients_visits import flag_patients_visits
from backend.appointments.actions.waitlist.expire_offer import expire_offer
from backend.appointments.actions.waitlist.look_for_time import look_for_time
from backend.appointments.event_types import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentRetimed,
    HoldReleased,
)
from backend.appointments.queries.waiting import is_anyone_waiting
from backend.appointments.rules.facts import Window
from backend.clinics.event_types import ClinicChanged
from backend.clinics.models import Clinic
from backend.common import clock
from backend.common.walltime import local_date_of, minute_of, zone
from backend.events.models import DomainEvent
from backend.events.subscriptions import on
from backend.patients.event_types import (
    ClearanceChanged,
    ConsentGiven,
    ConsentRevoked,
    PatientMerged,
    PatientMergeReversed,
    ScreeningAnswered,
    ScreeningCleared,
)
from backend.practitioners.event_types import CredentialVerified, PractitionerChanged

WEEKS = timedelta(days=61)


@on(HoldReleased, AppointmentCancelled, name="appointments.offer_released_time")
def offer_released_time(event: DomainEvent) -> None:
    """A time was let go or ran out: if it was an offer, nobody answered it. Either way it goes to the next."""
    expire_offer(hold_id=event.subject_id)
    _offer_day(event.clinic_id, event.payload["starts_at"])


@on(AppointmentRescheduled, AppointmentRetimed, name="appointments.offer_time_moved_away_from")
def offer_time_moved_away_from(event: DomainEvent) -> None:
    """A visit is elsewhere, or given by somebody else."""
    _offer_day(event.payload.get("previous_clinic_id", event.clinic_id), event.payload["previous_starts_at"])


@on(ClinicChanged, PractitionerChanged, CredentialVerified, name="appointments.offer_added_time")
def offer_added_time(event: DomainEvent) -> None:
    """Hours may have been added, a closure or time off taken back, a room or a proof have come."""
    first = (clock.now() - timedelta(hours=12)).date()
    window = Window(first, first + WEEKS)
    if event.clinic_id:
        clinics = [event.clinic_id]
    else:
        practitioner_id = event.payload.get("practitioner_id", event.subject_id)
        placed = Clinic.objects.filter(placements__practitioner=practitioner_id)
        clinics = list(placed.order_by("pk").values_list("pk", flat=True))
    waited_at = [clinic for clinic in clinics if is_anyone_waiting(clinic, window)]
    look_for_time(clinic_ids=waited_at, windows=[window])


def _offer_day(clinic_id: Any, starts_at: str) -> None:
    clinic = Clinic.objects.get(pk=clinic_id)
    day = local_date_of(minute_of(datetime.fromisoformat(starts_at)), zone(clinic.timezone))
    if is_anyone_waiting(clinic.pk, window := Window(day, day)):
        look_for_time(clinic_ids=[clinic.pk], windows=[window])


@on(
    ScreeningAnswered,
    ScreeningCleared,
    ClearanceChanged,
    ConsentGiven,
    ConsentRevoked,
    PatientMerged,
    PatientMergeReversed,
    name="appointments.see_to_patients_visits",
)
def see_to_patients_visits(event: DomainEvent) -> None:
    """Visits that are booked rest on what a patient answered, agreed to and is cleared for; who clears or agrees
    settles on the next round."""
    flag_patients_visits(patient_id=uuid.UUID(event.payload["patient_id"]))
