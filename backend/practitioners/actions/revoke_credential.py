"""Withdrawing trust in a credential."""

import uuid

from backend.clinics.consequences import Outcome
from backend.common.access import Actor
from backend.practitioners.actions._advance import advance
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.models import Credential


def revoke_credential(
    actor: Actor, *, credential_id: uuid.UUID, reason: str, expected_version: int | None, dry_run: bool = False
) -> Outcome[Credential]:
    """Say that a credential counts no longer, or never did, for good. Visits that needed it stay booked.

    Raises NotFound, PermissionDenied, one's own among them, EtagMismatch, CredentialStep.
    """
    return advance(
        actor,
        credential_id,
        CredentialStatus.REVOKED,
        expected_version=expected_version,
        dry_run=dry_run,
        revoked_reason=reason,
    )
