"""Ending an API key."""

import uuid

from django.db import transaction

from backend.audit.actions import record
from backend.clinics.models import ApiKey
from backend.clinics.queries.api_keys import get_api_key_for
from backend.common import clock
from backend.common.access import Actor


def revoke_api_key(actor: Actor, *, api_key_id: uuid.UUID) -> None:
    """Refuse it from now on; one that was revoked stays as it is. Raises NotFound."""
    with transaction.atomic():
        key = get_api_key_for(actor, api_key_id)
        now = clock.now()
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now, updated_at=now):
            record(actor, "api_key.revoked", subject_type="api_key", subject_id=key.pk)
