"""Having a practitioner work at a further clinic."""

import uuid

from django.db import transaction

from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._account import let_practise
from backend.practitioners.actions._write import add, lock, touch
from backend.practitioners.models import Placement, Practitioner
from backend.practitioners.queries.files import get_practitioner_for


def place_practitioner(actor: Actor, *, practitioner_id: uuid.UUID, clinic_id: uuid.UUID) -> Practitioner:
    """Place them at the clinic, unless they are. Whoever manages it sees their file from then on.

    The caller manages both the clinic and the practitioner: nobody opens a file to themselves. Raises NotFound,
    PermissionDenied.
    """
    seen = get_practitioner_for(actor, practitioner_id, Permission.PRACTITIONER_MANAGE)
    clinic = get_clinic_for(actor, clinic_id, Permission.PRACTITIONER_MANAGE)
    with transaction.atomic():
        practitioner = lock(seen)
        if not practitioner.placements.filter(clinic=clinic).exists():
            add(actor, Placement(practitioner=practitioner, clinic=clinic))
            if practitioner.user:
                let_practise(actor, practitioner.user, [clinic_id])
            touch(practitioner)
    return practitioner
