"""Having a practitioner give a service."""

import uuid

from django.utils.translation import gettext_noop

from backend.clinics.consequences import adding
from backend.clinics.models import ClinicService
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission
from backend.practitioners.actions._checks import require_placed
from backend.practitioners.actions._write import add, lock
from backend.practitioners.models import Offering
from backend.practitioners.queries.files import get_practitioner_for
from backend.practitioners.queries.reach import require_over


def offer_service(
    actor: Actor, *, practitioner_id: uuid.UUID, clinic_id: uuid.UUID, service_id: uuid.UUID, dry_run: bool = False
) -> Offering:
    """Have them give a service at a clinic that has it on its list. Whether they have proved that they may is asked
    of each visit (D4).

    Raises NotFound, PermissionDenied, ValidationFailed, OfferingExists.
    """
    seen = get_practitioner_for(actor, practitioner_id)
    require_over(actor, practitioner_id, Permission.PRACTITIONER_MANAGE, clinic_id)
    with adding(dry_run=dry_run):
        practitioner = lock(seen)
        require_placed(practitioner, clinic_id)
        listed = ClinicService.objects.filter(clinic_id=clinic_id, service_id=service_id)
        if not listed.filter(is_active=True, service__is_active=True).exists():
            detail = gettext_noop("The clinic does not offer this service.")
            raise ValidationFailed(errors=(FieldError("/service_id", FieldCode.NOT_FOUND, detail),))
        return add(actor, Offering(practitioner=practitioner, clinic_id=clinic_id, service_id=service_id))
