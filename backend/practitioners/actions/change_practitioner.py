"""Changing a practitioner's profile, or withdrawing it."""

import uuid

from backend.clinics.consequences import Outcome, Scope, changing
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.practitioners.actions._account import account_of, let_practise
from backend.practitioners.actions._seen import as_seen
from backend.practitioners.actions._write import change, lock
from backend.practitioners.errors import HasAccount
from backend.practitioners.facts import ProfileFacts
from backend.practitioners.models import Practitioner
from backend.practitioners.queries.files import get_practitioner_for


def change_practitioner(
    actor: Actor,
    *,
    practitioner_id: uuid.UUID,
    changes: ProfileFacts,
    email: str | None = None,
    expected_version: int | None,
    dry_run: bool = False,
) -> Outcome[Practitioner]:
    """Change a practitioner; `is_active` false withdraws them, and they can come back. Visits stay booked.

    `email` names the account of one who has none yet. Raises NotFound, PermissionDenied, EtagMismatch,
    ValidationFailed, AccountTaken, HasAccount.
    """
    seen = get_practitioner_for(actor, practitioner_id, Permission.PRACTITIONER_MANAGE)
    user = account_of(email) if email else None
    with changing(Scope(practitioner_ids=frozenset({practitioner_id})), dry_run=dry_run) as broken:
        practitioner = lock(seen, expected_version)
        if user and practitioner.user_id not in (None, user.pk):
            raise HasAccount
        change(actor, practitioner, {**changes, **({"user_id": user.pk} if user else {})})
        if user:
            let_practise(actor, user, practitioner.clinic_ids)
    return Outcome(practitioner, as_seen(actor, broken.affected))
