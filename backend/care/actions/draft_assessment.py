"""Beginning an assessment (D7)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.appointments.enums import HOLD_STATUSES, Status
from backend.appointments.models import Appointment
from backend.appointments.queries.visits import visits_for
from backend.care.actions._assessments import audit
from backend.care.models import Assessment, AssessmentVersion
from backend.clinics.models import Membership
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission
from backend.patients.models import Patient, PatientClinic
from backend.patients.queries.visible import get_patient_for, require_not_merged

_NO_SUCH_CLINIC = gettext_noop("You do not work at such a clinic, or it does not know this patient.")
_NO_SUCH_VISIT = gettext_noop("This patient has no such visit with you there.")
_NOT_TAKING_PLACE = (*HOLD_STATUSES, Status.CANCELLED, Status.NO_SHOW)


def draft_assessment(
    actor: Actor,
    *,
    patient_id: uuid.UUID,
    clinic_id: uuid.UUID,
    content: Mapping[str, Any],
    appointment_id: uuid.UUID | None = None,
) -> Assessment:
    """Begin one, at a clinic of the caller's that knows the patient; of a visit, if one is named.

    Raises NotFound, PatientMerged, ValidationFailed, AlreadyExists for a visit that has one.
    """
    patient = get_patient_for(actor, patient_id, Permission.ASSESSMENT_WRITE)
    require_not_merged(patient)
    _require_known(actor, patient, clinic_id)
    if appointment_id is not None:
        _require_visit(actor, patient, clinic_id, appointment_id)
    with transaction.atomic():
        assessment: Assessment = Assessment.objects.create(
            patient=patient, clinic_id=clinic_id, appointment_id=appointment_id
        )
        AssessmentVersion.objects.create(assessment=assessment, number=1, written_by_id=actor.user_id, **content)
        audit(actor, assessment, "drafted")
    return assessment


def _require_known(actor: Actor, patient: Patient, clinic_id: uuid.UUID) -> None:
    is_known = PatientClinic.objects.filter(patient=patient, clinic_id=clinic_id).exists()
    if not (is_known and Membership.objects.filter(user_id=actor.user_id, clinic_id=clinic_id).exists()):
        raise ValidationFailed(errors=(FieldError("/clinic_id", FieldCode.NOT_FOUND, _NO_SUCH_CLINIC),))


def _require_visit(actor: Actor, patient: Patient, clinic_id: uuid.UUID, appointment_id: uuid.UUID) -> None:
    visits = visits_for(actor).filter(patient=patient, clinic_id=clinic_id)
    found: Appointment | None = visits.filter(pk=appointment_id).exclude(status__in=_NOT_TAKING_PLACE).first()
    if found is None:
        raise ValidationFailed(errors=(FieldError("/appointment_id", FieldCode.NOT_FOUND, _NO_SUCH_VISIT),))
