"""Showing a credential's scan to somebody who checks it, and writing that down."""

import uuid

from django.core.files.storage import default_storage
from django.db import transaction

from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.practitioners.models import Credential
from backend.practitioners.queries.files import get_part_for


def read_evidence(actor: Actor, *, credential_id: uuid.UUID) -> tuple[str, bytes]:
    """The kind (`pdf`, `png`, `jpg`) and the bytes; whoever reads them is in the audit log.

    Raises NotFound, also where there is no scan, and PermissionDenied.
    """
    credential = get_part_for(actor, Credential, credential_id, Permission.CREDENTIAL_VERIFY)
    if not credential.evidence:
        raise NotFound
    with transaction.atomic():
        record(actor, "credential.evidence_read", subject_type="credential", subject_id=credential.pk)
    with default_storage.open(credential.evidence) as file:
        content: bytes = file.read()
    return credential.evidence.rpartition(".")[2], content
