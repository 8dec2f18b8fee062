"""Taking a second factor from somebody who lost it."""

from django.db import transaction

from backend.accounts.actions._accounts import lock_account
from backend.accounts.actions._factors import ENDS
from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import SecondFactor, User, normal_email
from backend.audit.actions import record
from backend.common.errors import NotFound


def drop_second_factor(*, email: str) -> None:
    """Have the account of the address sign in by password alone, or enrol anew where it must have one.

    For who runs this deployment, and has made sure who asks. All sessions end. Raises NotFound.
    """
    with transaction.atomic():
        known = User.objects.filter(email=normal_email(email)).first()
        if known is None:
            raise NotFound
        user = lock_account(known.pk)
        if not SecondFactor.objects.filter(user=user).delete()[0]:
            raise NotFound
        end_sessions(None, user_id=user.pk, reason=ENDS)
        record(None, "second_factor.dropped", subject_type="user", subject_id=user.pk)
        send_later(Mail.SECOND_FACTOR_OFF, user.pk)
