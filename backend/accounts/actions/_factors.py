"""Second factors of a locked account, for the actions beside."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from backend.accounts.enums import SessionEnd
from backend.accounts.errors import SecondFactorOn
from backend.accounts.models import SecondFactor, User
from backend.accounts.recovery import digests_of, make_recovery_codes
from backend.accounts.totp import make_secret, shown_secret, shown_uri, step_of
from backend.common.errors import FieldCode, FieldError, ValidationFailed

ENDS = SessionEnd.FACTOR_CHANGED


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs, shown once."""

    secret: str
    uri: str


def start(user: User) -> Enrolment:
    """Give the account a new secret, which counts once a code confirmed it. Raises SecondFactorOn."""
    if SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists():
        raise SecondFactorOn
    secret = make_secret()
    SecondFactor.objects.update_or_create(user=user, defaults={"secret": secret, "last_step": 0})
    return Enrolment(shown_secret(secret), shown_uri(secret, user.email))


def use_code(factor: SecondFactor, code: str) -> None:
    """Use up a code of the app, or a recovery code. Raises ValidationFailed on `/code` for a wrong or used one.

    A code counts once: the half minute it was made for must be later than that of the one before (RFC 6238 §5.2).
    """
    step = step_of(factor.secret, code.replace(" ", ""), now=time.time())
    if step is not None and step > factor.last_step:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        return
    used = {*digests_of(code)} & {*factor.recovery_digests}
    if not used:
        detail = gettext_noop("This code is wrong, or was used before. Wait for the next one.")
        raise ValidationFailed(errors=(FieldError("/code", FieldCode.INVALID, detail),))
    factor.recovery_digests = [digest for digest in factor.recovery_digests if digest not in used]
    factor.save(update_fields=["recovery_digests"])


def switch_on(factor: SecondFactor) -> Sequence[str]:
    """Have every sign-in ask for it from now on; the recovery codes, which are shown this once."""
    codes = make_recovery_codes()
    digests = [next(digests_of(code)) for code in codes]
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=Now(), updated_at=Now(), recovery_digests=digests)
    return codes
