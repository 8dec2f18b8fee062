"""Putting a credential on file."""

import uuid

from django.db import transaction

from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._checks import require_dates
from backend.practitioners.actions._write import add
from backend.practitioners.facts import CredentialFacts
from backend.practitioners.models import Credential
from backend.practitioners.queries.files import get_practitioner_for


def add_credential(actor: Actor, *, practitioner_id: uuid.UUID, facts: CredentialFacts) -> Credential:
    """Enter a proof as pending: it counts for nothing until somebody verifies it (D4).

    Raises NotFound, PermissionDenied, ValidationFailed, CredentialEntered.
    """
    practitioner = get_practitioner_for(actor, practitioner_id, Permission.PRACTITIONER_MANAGE)
    credential = Credential(practitioner=practitioner, **{"valid_from": facts["issued_on"], **facts})
    require_dates(first=credential.valid_from, last=credential.valid_until)
    with transaction.atomic():
        return add(actor, credential)
