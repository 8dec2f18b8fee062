"""Warning of credentials that come to their end."""

import uuid

from django.db import transaction

from backend.events.actions import publish
from backend.practitioners.actions._write import change
from backend.practitioners.event_types import CredentialExpiring
from backend.practitioners.models import Credential
from backend.practitioners.queries.expiring import expiring, today
from backend.practitioners.rules import WARNING_DAYS, warning_of


def warn_expiring() -> int:
    """Publish a warning for each verified credential at 60, 30 and 7 days, once each; how many were due now.

    Runs as often as one likes, and at the same time as another: each credential is settled in a transaction of its
    own. Who was not warned in time gets only the nearest warning.
    """
    due = list(expiring(within_days=max(WARNING_DAYS)).order_by("valid_until", "id").values_list("pk", flat=True))
    return sum(_warn(credential_id) for credential_id in due)


def _warn(credential_id: uuid.UUID) -> bool:
    with transaction.atomic():
        # Asked again under the lock: another run may have warned, somebody may have revoked it.
        rows = expiring(within_days=max(WARNING_DAYS)).select_for_update(of=("self",), no_key=True)
        credential: Credential | None = rows.filter(pk=credential_id).first()
        if credential is None or credential.valid_until is None:
            return False
        level = warning_of(credential.valid_until, today())
        if level is None or (credential.warned_days is not None and credential.warned_days <= level):
            return False
        change(None, credential, {"warned_days": level}, verb="expiring")
        publish(
            CredentialExpiring(subject_id=credential.pk, practitioner_id=credential.practitioner_id, warning_days=level)
        )
    return True
