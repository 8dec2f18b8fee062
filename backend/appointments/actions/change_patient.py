"""Giving visits to another patient: the one thing about a visit that booking never changes."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import F

from backend.appointments.enums import HOLD_STATUSES
from backend.appointments.event_types import AppointmentPatientChanged
from backend.appointments.models import Appointment, Transition
from backend.events.actions import publish_all


def change_patient(
    *,
    appointment_ids: Collection[uuid.UUID],
    previous_patient_id: uuid.UUID,
    patient_id: uuid.UUID,
    by: uuid.UUID,
    at: datetime,
    reason: str,
) -> None:
    """Give these of one patient, holds too, to another, with history and events; as many statements whatever
    the number.

    Inside the door of both patients; that no time is taken twice is for the caller to see to first. Their series go the
    same way in the same transaction, which a deferred constraint watches.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("visits change their patient in the transaction of what makes them")
    rows = Appointment.objects.filter(pk__in=appointment_ids, patient_id=previous_patient_id)
    visits = list(rows.order_by("pk"))
    rows.update(patient_id=patient_id, version=F("version") + 1, updated_at=at)
    Transition.objects.bulk_create(
        Transition(appointment=visit, from_status=visit.status, to_status=visit.status, at=at, by_id=by, reason=reason)
        for visit in visits
    )
    publish_all(
        AppointmentPatientChanged(
            subject_id=visit.pk,
            clinic_id=visit.clinic_id,
            patient_id=patient_id,
            practitioner_id=visit.practitioner_id,
            service_id=visit.service_id,
            starts_at=visit.starts_at,
            previous_patient_id=previous_patient_id,
        )
        for visit in visits
        if visit.status not in HOLD_STATUSES
    )
