"""Taking a practitioner's photo away."""

import uuid

from django.db import transaction

from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._files import forget
from backend.practitioners.actions._write import change, lock
from backend.practitioners.queries.files import get_practitioner_for


def remove_photo(actor: Actor, *, practitioner_id: uuid.UUID, expected_version: int | None) -> None:
    """Show no photo, and delete the one there was. Raises NotFound, PermissionDenied, EtagMismatch."""
    seen = get_practitioner_for(actor, practitioner_id, Permission.PRACTITIONER_MANAGE)
    with transaction.atomic():
        practitioner = lock(seen, expected_version)
        forget(practitioner.photo)
        change(actor, practitioner, {"photo": ""})
