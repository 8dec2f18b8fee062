"""Clinics that a body may name."""

import uuid

from django.utils.translation import gettext_noop

from backend.clinics.models import Clinic
from backend.common.errors import FieldCode, FieldError, ValidationFailed


def require_open_clinic(clinic_id: uuid.UUID) -> None:
    """Raise ValidationFailed unless there is such a clinic and it takes patients."""
    if not Clinic.objects.filter(pk=clinic_id, is_active=True).exists():
        detail = gettext_noop("There is no such clinic, or it has closed for good.")
        raise ValidationFailed(errors=(FieldError("/clinic_id", FieldCode.NOT_FOUND, detail),))
