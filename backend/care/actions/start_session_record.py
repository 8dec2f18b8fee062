"""Beginning the record of a session (D12)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from backend.appointments.models import Appointment
from backend.care.actions._records import audit
from backend.care.errors import NothingToRecord
from backend.care.models import SessionRecord
from backend.care.queries.records import get_own_visit
from backend.care.rules import TAKES_PLACE
from backend.common.access import Actor
from backend.common.errors import AlreadyExists


def start_session_record(actor: Actor, *, appointment_id: uuid.UUID, said: Mapping[str, Any]) -> SessionRecord:
    """Keep a draft, with what is known so far. By who gives the visit, once the patient is checked in.

    Raises NotFound, PermissionDenied, NothingToRecord, AlreadyExists.
    """
    visit = get_own_visit(actor, appointment_id)
    with transaction.atomic():
        # Locked, so that nobody cancels it meanwhile.
        visit = (
            Appointment.objects.select_for_update(no_key=True, of=("self",)).select_related("service").get(pk=visit.pk)
        )
        if visit.status not in TAKES_PLACE or not visit.service.needs_screening:
            raise NothingToRecord
        if SessionRecord.objects.filter(appointment=visit).exists():
            raise AlreadyExists
        record: SessionRecord = SessionRecord.objects.create(appointment=visit, **said)
        audit(actor, record, "started")
    return record
