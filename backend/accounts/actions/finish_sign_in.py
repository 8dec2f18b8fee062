"""Signing in, second step: the code."""

from collections.abc import Sequence

from django.db import transaction

from backend.accounts import charges
from backend.accounts.actions._challenges import lock_challenged
from backend.accounts.actions._factors import switch_on, use_code
from backend.accounts.actions._sessions import start_session
from backend.accounts.errors import TokenInvalid
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import SecondFactor
from backend.accounts.tokens import TokenPair, pair_of
from backend.audit.actions import record


def finish_sign_in(*, mfa_token: str, code: str, address: str = "") -> tuple[TokenPair, Sequence[str]]:
    """The pair, and recovery codes if the code confirmed a second factor that was enrolled in this sign-in.

    Raises TokenInvalid, TokenExpired, ValidationFailed for a wrong or used code.
    """
    recovery_codes: Sequence[str] = ()
    with transaction.atomic():
        user, challenge = lock_challenged(mfa_token)
        factor = SecondFactor.objects.filter(user=user).first()
        if factor is None:
            raise TokenInvalid
        use_code(factor, code)
        session, token = start_session(user, challenge.device_name, has_second_factor=True)
        if factor.confirmed_at is None:
            recovery_codes = switch_on(factor)
            record(None, "second_factor.switched_on", subject_type="user", subject_id=user.pk)
            send_later(Mail.SECOND_FACTOR_ON, user.pk)
        charges.welcome(user.email, address)
    return pair_of(token, session), recovery_codes
