"""Session records as those see them who treat the patient."""

import uuid

from backend.appointments.models import Appointment
from backend.appointments.queries.visits import visits_for
from backend.care.models import SessionRecord
from backend.care.querysets import SessionRecordQuerySet
from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.permissions import Permission


def records_for(actor: Actor) -> SessionRecordQuerySet:
    """The records of the caller's own patients, with what an answer shows of them."""
    found: SessionRecordQuerySet = SessionRecord.objects.visible_to(actor)
    return found.select_related("appointment", "signed_by").prefetch_related("amendments__by")


def get_record_for(actor: Actor, *, appointment_id: uuid.UUID | None = None, **by: uuid.UUID) -> SessionRecord:
    """One record, by its visit or by its own `pk`. Raises NotFound."""
    where = {"appointment_id": appointment_id} if appointment_id else by
    record: SessionRecord | None = records_for(actor).filter(**where).first()
    if record is None:
        raise NotFound
    return record


def get_own_visit(actor: Actor, appointment_id: uuid.UUID) -> Appointment:
    """A visit that the caller gives, to record it. Raises NotFound, and PermissionDenied where they may only read."""
    own = visits_for(actor).filter(practitioner_id=actor.practitioner_id, pk=appointment_id)
    visit: Appointment | None = own.first()
    if visit is not None and Permission.RECORD_KEEP in actor.own_calendar:
        return visit
    get_record_for(actor, appointment_id=appointment_id)
    raise PermissionDenied
