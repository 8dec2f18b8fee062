"""API keys, as those see them who manage the clinics they are for."""

import uuid

from backend.clinics.models import ApiKey
from backend.clinics.querysets import ApiKeyQuerySet
from backend.common.access import Actor
from backend.common.errors import NotFound


def list_api_keys(actor: Actor) -> ApiKeyQuerySet:
    """Every key the caller manages, revoked ones too, with their clinics."""
    found: ApiKeyQuerySet = ApiKey.objects.visible_to(actor).prefetch_related("clinics")
    return found


def get_api_key_for(actor: Actor, api_key_id: uuid.UUID) -> ApiKey:
    """One of them. Raises NotFound."""
    key: ApiKey | None = list_api_keys(actor).filter(pk=api_key_id).first()
    if key is None:
        raise NotFound
    return key
