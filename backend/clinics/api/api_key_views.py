"""Keys by which programs of others call the API."""

import uuid
from typing import Any

from backend.clinics.actions.create_api_key import create_api_key
from backend.clinics.actions.revoke_api_key import revoke_api_key
from backend.clinics.enums import ApiScope
from backend.clinics.models import ApiKey as ApiKeyRow
from backend.clinics.queries.api_keys import get_api_key_for, list_api_keys
from backend.common.errors import CursorInvalid, NotFound
from backend.common.http import fields
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Idempotency, IfMatch, Operation, Reply
from backend.common.http.serializers import PageQuery, StrictSerializer, page_of
from backend.common.permissions import Permission


class ApiKeyRequest(StrictSerializer):
    """What a program is to do, where."""

    name = fields.CharField(
        max_length=80, help_text="What the key is for, as in `Phone system`; the audit log shows it."
    )
    clinic_ids = fields.ListField(
        child=fields.UUIDField(),
        min_length=1,
        max_length=50,
        help_text="The clinics whose data the key reaches, by id.",
    )
    scopes = fields.ListField(
        child=fields.ChoiceField(ApiScope), min_length=1, max_length=20, help_text="What the key may do there."
    )
    expires_at = fields.DateTimeField(
        required=False, allow_null=True, default=None, help_text="When the key ends by itself; null for never."
    )


class ApiKey(StrictSerializer):
    """A key, without its secret."""

    id = fields.UUIDField(help_text="The key, by id; to revoke it.")
    name = fields.CharField(max_length=80, help_text="What the key is for, as it was named.")
    prefix = fields.CharField(max_length=15, help_text="How the key begins, to tell keys apart.")
    clinic_ids = fields.ListField(
        child=fields.UUIDField(), max_length=50, help_text="The clinics whose data the key reaches, by id."
    )
    scopes = fields.ListField(child=fields.ChoiceField(ApiScope), max_length=20, help_text="What the key may do there.")
    created_at = fields.DateTimeField(help_text="When the key was made, by the database's clock.")
    expires_at = fields.DateTimeField(allow_null=True, help_text="When the key ends by itself; null for never.")
    revoked_at = fields.DateTimeField(allow_null=True, help_text="When somebody revoked the key; null if nobody did.")
    last_used_at = fields.DateTimeField(
        allow_null=True, help_text="When the key was last used, to the hour; null if it never was."
    )


class NewApiKey(ApiKey):
    """A key with its secret, which is shown this once."""

    key = fields.CharField(
        max_length=80, help_text="The key: send it as `Authorization: Bearer <key>`. It cannot be shown again."
    )


class CreateApiKey(Operation):
    """Make an API key.

    For a program of somebody else: it may do what its scopes say, at its clinics and nowhere else, and never sees
    health data. The key is in this answer alone. It is sent like an access token and has a budget of its own.
    """

    permission = Permission.API_KEY_MANAGE
    accepts = ApiKeyRequest
    returns = NewApiKey
    status = 201
    raises = (NotFound,)
    asks_for_proof = True
    # A receipt would hold the key.
    idempotency = Idempotency.NONE

    def handle(self, call: Call) -> Reply:
        """Those who manage all of its clinics."""
        key, text = create_api_key(call.actor, **call.body)
        return Reply({**_shown(key), "key": str(text)}, location=f"/v1/api-keys/{key.pk}")


class ListApiKeys(Operation):
    """List API keys.

    Those of the caller's clinics, the newest first; revoked ones and those that have ended stay on the list.
    """

    permission = Permission.API_KEY_MANAGE
    query = PageQuery
    returns = page_of(ApiKey)
    raises = (CursorInvalid,)

    def handle(self, call: Call) -> Reply:
        """Those who manage all of its clinics."""
        reply = paginate(call, list_api_keys(call.actor), order=["-id"])
        reply.data["results"] = [_shown(key) for key in reply.data["results"]]
        return reply


class GetApiKey(Operation):
    """Read one API key.

    As listApiKeys shows it; the key itself is never shown again.
    """

    permission = Permission.API_KEY_MANAGE
    returns = ApiKey

    def handle(self, call: Call, api_key_id: uuid.UUID) -> Reply:
        """Those who manage all of its clinics."""
        return Reply(_shown(get_api_key_for(call.actor, api_key_id)))


class RevokeApiKey(Operation):
    """Revoke an API key.

    From now on it is refused. One that was revoked before answers the same and stays as it is.
    """

    permission = Permission.API_KEY_MANAGE
    if_match = IfMatch.NONE

    def handle(self, call: Call, api_key_id: uuid.UUID) -> Reply:
        """Those who manage all of its clinics."""
        revoke_api_key(call.actor, api_key_id=api_key_id)
        return Reply()


def _shown(key: ApiKeyRow) -> dict[str, Any]:
    names = ("id", "name", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")
    clinic_ids = sorted(clinic.pk for clinic in key.clinics.all())
    return {**{name: getattr(key, name) for name in names}, "prefix": f"eg_{key.prefix}", "clinic_ids": clinic_ids}
