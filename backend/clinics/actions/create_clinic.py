"""Opening a clinic."""

from django.db import transaction

from backend.clinics.actions._write import add
from backend.clinics.facts import ClinicFacts
from backend.clinics.models import Clinic, Organisation
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


def create_clinic(actor: Actor, *, facts: ClinicFacts) -> Clinic:
    """Open a clinic, with the usual policy and nothing in it yet (D1).

    Raises PermissionDenied unless the right is held over the whole chain, SlugTaken.
    """
    if Permission.CLINIC_CREATE not in actor.everywhere:
        raise PermissionDenied
    with transaction.atomic():
        return add(actor, Clinic(organisation=Organisation.objects.get(), **facts))
