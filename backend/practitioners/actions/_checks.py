"""Checks that several actions make."""

import uuid
from datetime import date

from django.utils.translation import gettext_noop

from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.practitioners.models import Practitioner


def require_placed(practitioner: Practitioner, clinic_id: uuid.UUID) -> None:
    """Raise ValidationFailed unless the practitioner is placed at the clinic."""
    if not practitioner.placements.filter(clinic_id=clinic_id).exists():
        detail = gettext_noop("They do not work at this clinic; place them there first.")
        raise ValidationFailed(errors=(FieldError("/clinic_id", FieldCode.NOT_FOUND, detail),))


def require_dates(*, first: date, last: date | None) -> None:
    """Raise ValidationFailed for a last date before the first."""
    if last is not None and last < first:
        detail = gettext_noop("The last date is not before the first.")
        raise ValidationFailed(errors=(FieldError("/valid_until", FieldCode.TOO_SMALL, detail),))
