"""Giving a practitioner a photo."""

import uuid

from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._files import forget, keeping
from backend.practitioners.actions._write import change, lock
from backend.practitioners.images import as_photo
from backend.practitioners.models import Practitioner
from backend.practitioners.queries.files import get_practitioner_for


def set_photo(actor: Actor, *, practitioner_id: uuid.UUID, content: bytes) -> Practitioner:
    """Show this picture with the public profile, encoded anew; one that was there before is deleted.

    Raises NotFound, PermissionDenied, ValidationFailed.
    """
    seen = get_practitioner_for(actor, practitioner_id, Permission.PRACTITIONER_MANAGE)
    with keeping("photos", "jpg", as_photo(content)) as name:
        practitioner = lock(seen)
        forget(practitioner.photo)
        change(actor, practitioner, {"photo": name})
    return practitioner
