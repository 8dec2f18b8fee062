"""The life of a credential as one table (D4). A trigger refuses every other step; a test proves the two equal."""

from collections.abc import Mapping

from backend.practitioners.enums import CredentialStatus
from backend.practitioners.errors import CredentialStep

STEPS: Mapping[CredentialStatus, frozenset[CredentialStatus]] = {
    CredentialStatus.VERIFIED: frozenset({CredentialStatus.PENDING}),
    CredentialStatus.REVOKED: frozenset({CredentialStatus.PENDING, CredentialStatus.VERIFIED}),
}


def require_step(source: str, to: CredentialStatus) -> None:
    """Raise CredentialStep unless the table leads from one state to the other."""
    if source not in STEPS.get(to, frozenset()):
        raise CredentialStep
