"""What a caller asks search: whose rules count, and which row is looked past."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from backend.appointments.availability.gather import Besides, Question
from backend.appointments.enums import Status
from backend.appointments.queries.holds import get_hold_for
from backend.appointments.queries.moving import moving
from backend.appointments.queries.visits import get_visit_for
from backend.appointments.rules.facts import Window
from backend.clinics.models import Service
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.patients.queries.visible import get_patient_to


def question_of(
    visitor: Actor | None,
    *,
    service: str | None,
    window: Window,
    clinic_ids: Sequence[uuid.UUID] = (),
    practitioner_ids: Sequence[uuid.UUID] = (),
    patient_id: uuid.UUID | None = None,
    appointment_id: uuid.UUID | None = None,
    any_practitioner: bool = False,
    hold_id: uuid.UUID | None = None,
) -> Question:
    """The question of a caller. A signed-in patient asks as the patient unless another, or a visit to be moved, is
    named; a visit tells the service, too. A hold of the caller is looked past while it lasts.

    Raises NotFound, and ValidationFailed for a visit of another service.
    """
    visit = None if appointment_id is None else get_visit_for(_signed_in(visitor), appointment_id)
    question = Question(
        service_id=visit.service_id if visit and service is None else _service_id(service or ""),
        window=window,
        clinic_ids=tuple(clinic_ids),
        practitioner_ids=tuple(practitioner_ids),
        patient_id=whose_rules(visitor, patient_id),
    )
    if hold_id is not None:
        hold = get_hold_for(_signed_in(visitor), hold_id)
        return replace(question, besides=Besides.of(hold)) if hold.status == Status.HELD else question
    if visit is None:
        return question
    return moving(_signed_in(visitor), question, visit, any_practitioner=any_practitioner)


def whose_rules(visitor: Actor | None, patient_id: uuid.UUID | None) -> uuid.UUID | None:
    """The patient who is asked about: who is named, or else a patient who asks. Raises NotFound, and
    PermissionDenied for one whom the caller may not book for."""
    if patient_id is not None:
        return get_patient_to(_signed_in(visitor), patient_id, Permission.APPOINTMENT_BOOK).pk
    return None if visitor is None or visitor.is_staff_member else visitor.own_patient_id


def _signed_in(visitor: Actor | None) -> Actor:
    if visitor is None:
        raise NotFound
    return visitor


def _service_id(service: str) -> uuid.UUID:
    try:
        return uuid.UUID(service)
    except ValueError:
        found = Service.objects.filter(code=service).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound
    return found
