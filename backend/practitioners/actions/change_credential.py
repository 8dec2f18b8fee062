"""Correcting a credential before it is verified."""

import uuid

from django.db import transaction

from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._checks import require_dates
from backend.practitioners.actions._write import change, lock
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.errors import CredentialStep
from backend.practitioners.facts import CredentialFacts
from backend.practitioners.models import Credential
from backend.practitioners.queries.files import get_part_for


def change_credential(
    actor: Actor, *, credential_id: uuid.UUID, changes: CredentialFacts, expected_version: int | None
) -> Credential:
    """Change a pending credential; what was verified stays as it was verified, a renewal is entered anew.

    Raises NotFound, PermissionDenied, EtagMismatch, ValidationFailed, CredentialStep, CredentialEntered.
    """
    seen = get_part_for(actor, Credential, credential_id, Permission.PRACTITIONER_MANAGE)
    with transaction.atomic():
        credential = lock(seen, expected_version)
        if credential.status != CredentialStatus.PENDING:
            raise CredentialStep
        require_dates(
            first=changes.get("valid_from", credential.valid_from),
            last=changes.get("valid_until", credential.valid_until),
        )
        change(actor, credential, changes)
    return credential
