"""Over whom a right is held."""

import uuid

from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission
from backend.practitioners.models import Practitioner


def is_over(actor: Actor, practitioner_id: uuid.UUID, permission: Permission) -> bool:
    """Whether the caller holds the right over that practitioner."""
    return Practitioner.objects.visible_to(actor, permission).filter(pk=practitioner_id).exists()


def require_over(actor: Actor, practitioner_id: uuid.UUID, permission: Permission, clinic_id: uuid.UUID | None) -> None:
    """Raise PermissionDenied unless the right is held at the clinic or, without one, over the practitioner."""
    if clinic_id is not None:
        actor.require(permission, clinic_id=clinic_id)
    elif not is_over(actor, practitioner_id, permission):
        raise PermissionDenied
