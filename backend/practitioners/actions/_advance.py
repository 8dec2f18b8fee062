"""Taking a credential a step further."""

import uuid
from typing import Any

from backend.clinics.consequences import Outcome, Scope, changing
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.practitioners.actions._seen import as_seen
from backend.practitioners.actions._write import change, lock
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.event_types import CredentialEvent, CredentialRevoked, CredentialVerified
from backend.practitioners.lifecycle import require_step
from backend.practitioners.models import Credential
from backend.practitioners.queries.files import get_part_for

_EVENTS: dict[CredentialStatus, type[CredentialEvent]] = {
    CredentialStatus.VERIFIED: CredentialVerified,
    CredentialStatus.REVOKED: CredentialRevoked,
}


def advance(
    actor: Actor,
    credential_id: uuid.UUID,
    to: CredentialStatus,
    *,
    expected_version: int | None,
    dry_run: bool,
    **facts: Any,
) -> Outcome[Credential]:
    """Verify or revoke. Raises NotFound, PermissionDenied, one's own among them, EtagMismatch, CredentialStep."""
    seen = get_part_for(actor, Credential, credential_id, Permission.CREDENTIAL_VERIFY)
    if seen.practitioner.user_id == actor.user_id:
        raise PermissionDenied
    with changing(Scope(practitioner_ids=frozenset({seen.practitioner_id})), dry_run=dry_run) as broken:
        credential = lock(seen, expected_version)
        require_step(credential.status, to)
        stamps = {f"{to.value}_at": clock.now(), f"{to.value}_by_id": actor.user_id}
        change(actor, credential, {"status": to, **stamps, **facts}, verb=to.value)
        publish(_EVENTS[to](subject_id=credential.pk, practitioner_id=credential.practitioner_id))
    return Outcome(credential, as_seen(actor, broken.affected))
