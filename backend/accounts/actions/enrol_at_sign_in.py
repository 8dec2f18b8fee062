"""Starting to use a second factor where nobody gets in without."""

from django.db import transaction

from backend.accounts.actions._challenges import lock_challenged
from backend.accounts.actions._factors import Enrolment, start
from backend.audit.actions import record


def enrol_at_sign_in(*, mfa_token: str) -> Enrolment:
    """A new secret for who signs in with a password and must have a second factor. Raises as `lock_challenged`, and
    SecondFactorOn.
    """
    with transaction.atomic():
        user, _ = lock_challenged(mfa_token)
        enrolment = start(user)
        record(None, "second_factor.enrolled", subject_type="user", subject_id=user.pk)
    return enrolment
