"""Photos as the public sees them."""

import uuid

from django.core.files.storage import default_storage

from backend.common.errors import NotFound
from backend.practitioners.models import Practitioner


def photo_name(practitioner_id: uuid.UUID) -> str:
    """Where the photo of an active practitioner is stored: another photo, another name. Raises NotFound."""
    people = Practitioner.objects.filter(pk=practitioner_id, is_active=True).exclude(photo="")
    name: str | None = people.values_list("photo", flat=True).first()
    if name is None:
        raise NotFound
    return name


def read_photo(name: str) -> bytes:
    """The JPEG."""
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise NotFound from error  # replaced since its name was read
    return content
