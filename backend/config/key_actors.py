"""From an API key to the caller: the rights of its scopes at its clinics, in one statement."""

import hmac

from django.db import connection
from django.db.models.functions import Now

from backend.accounts.errors import TokenExpired, TokenInvalid
from backend.clinics.enums import ApiScope
from backend.clinics.keys import read_key
from backend.clinics.models import ApiKey
from backend.clinics.roles import SCOPE_PERMISSIONS
from backend.common.access import Actor

_LOAD = """
    SELECT k.id, k.user_id, k.digest, k.scopes, k.revoked_at IS NULL, coalesce(k.expires_at <= now(), false),
           coalesce(k.last_used_at < now() - interval '1 hour', true),
           ARRAY(SELECT c.clinic_id FROM clinics_apikeyclinic c WHERE c.api_key_id = k.id)
    FROM clinics_apikey k WHERE k.prefix = %s
"""


def load_key_actor(text: str) -> Actor:
    """Who calls by this key. Raises TokenInvalid for one that is unknown or revoked, TokenExpired."""
    key = read_key(text)
    if key is None:
        raise TokenInvalid
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [key.prefix])
        row = cursor.fetchone()
    if row is None or not hmac.compare_digest(bytes(row[2]), key.digest):
        raise TokenInvalid
    key_id, user_id, _, scopes, lives, has_ended, is_stale, clinic_ids = row
    if not lives:
        raise TokenInvalid
    if has_ended:
        raise TokenExpired
    if is_stale:  # not with every request: once an hour says enough
        ApiKey.objects.filter(pk=key_id).update(last_used_at=Now())
    rights = {permission for scope in scopes for permission in SCOPE_PERMISSIONS[ApiScope(scope)]}
    return Actor(
        user_id=user_id,
        session_id=key_id,
        is_email_verified=True,
        clinics=dict.fromkeys(rights, frozenset(clinic_ids)),
        is_integration=True,
    )
