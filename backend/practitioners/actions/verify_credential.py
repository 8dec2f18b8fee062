"""Vouching for a credential."""

import uuid

from backend.clinics.consequences import Outcome
from backend.common.access import Actor
from backend.practitioners.actions._advance import advance
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.models import Credential


def verify_credential(
    actor: Actor, *, credential_id: uuid.UUID, expected_version: int | None, dry_run: bool = False
) -> Outcome[Credential]:
    """Say that a pending credential is genuine: from now on it counts (D4).

    Raises NotFound, PermissionDenied, one's own among them, EtagMismatch, CredentialStep.
    """
    return advance(actor, credential_id, CredentialStatus.VERIFIED, expected_version=expected_version, dry_run=dry_run)
