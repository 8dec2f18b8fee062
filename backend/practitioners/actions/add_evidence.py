"""Keeping a scan of a credential's document."""

import uuid

from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._files import forget, keeping
from backend.practitioners.actions._write import change, lock
from backend.practitioners.documents import suffix_of
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.errors import CredentialStep
from backend.practitioners.models import Credential
from backend.practitioners.queries.files import get_part_for


def add_evidence(actor: Actor, *, credential_id: uuid.UUID, content: bytes) -> Credential:
    """Keep a scan with a pending credential, in place of one there may be; what was verified keeps what it was
    verified by.

    Raises NotFound, PermissionDenied, ValidationFailed, CredentialStep.
    """
    seen = get_part_for(actor, Credential, credential_id, Permission.PRACTITIONER_MANAGE)
    with keeping("evidence", suffix_of(content), content) as name:
        credential = lock(seen)
        if credential.status != CredentialStatus.PENDING:
            raise CredentialStep
        forget(credential.evidence)
        change(actor, credential, {"evidence": name})
    return credential
