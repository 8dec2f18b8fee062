"""Starting to use a second factor."""

from django.db import transaction

from backend.accounts.actions._accounts import lock_own_account
from backend.accounts.actions._factors import Enrolment, start
from backend.audit.actions import record
from backend.common.access import Actor


def enrol_second_factor(actor: Actor, *, current_password: str) -> Enrolment:
    """A new secret for the caller's authenticator app; nothing asks for it before it is confirmed.

    Raises ValidationFailed, SecondFactorOn.
    """
    with transaction.atomic():
        user = lock_own_account(actor, password=current_password)
        enrolment = start(user)
        record(actor, "second_factor.enrolled", subject_type="user", subject_id=user.pk)
    return enrolment
