"""Signing what was done (D4, D12)."""

import uuid

from django.db import transaction

from backend.appointments.models import Appointment
from backend.care.actions._records import audit, lock_record, write
from backend.care.enums import RecordStatus
from backend.care.errors import NothingToRecord, RecordSigned
from backend.care.event_types import SessionRecordSigned
from backend.care.models import SessionRecord
from backend.care.queries.certified import was_certified_for
from backend.care.rules import CONTENT, TAKES_PLACE, require_signable
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.events.actions import publish


def sign_session_record(actor: Actor, *, appointment_id: uuid.UUID, expected_version: int | None) -> SessionRecord:
    """Make the draft final: by who gave the visit and held every required proof on its day.

    Raises NotFound, PermissionDenied, EtagMismatch, RecordSigned, NothingToRecord when the visit was cancelled
    meanwhile, RecordIncomplete, NeedlesUnaccounted.
    """
    with transaction.atomic():
        record = lock_record(actor, appointment_id, expected_version)
        if record.status == RecordStatus.SIGNED:
            raise RecordSigned
        visit = Appointment.objects.select_for_update(no_key=True).get(pk=record.appointment_id)
        if visit.status not in TAKES_PLACE:
            raise NothingToRecord
        if not was_certified_for(visit):
            raise PermissionDenied
        require_signable({name: getattr(record, name) for name in CONTENT})
        write(record, {"status": RecordStatus.SIGNED, "signed_at": clock.now(), "signed_by_id": actor.user_id})
        publish(
            SessionRecordSigned(
                subject_id=record.pk,
                clinic_id=visit.clinic_id,
                appointment_id=visit.pk,
                patient_id=visit.patient_id,
            )
        )
        audit(actor, record, "signed")
    return record
