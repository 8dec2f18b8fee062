"""Switching a second factor on."""

from collections.abc import Sequence

from django.db import transaction

from backend.accounts.actions._accounts import lock_account
from backend.accounts.actions._factors import ENDS, switch_on, use_code
from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import SecondFactor, Session
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import NotFound


def confirm_second_factor(actor: Actor, *, code: str) -> Sequence[str]:
    """Show that the app makes the right codes; the recovery codes. All other sessions end, which had none.

    Raises NotFound unless it was enrolled and is not on, ValidationFailed for a wrong code.
    """
    with transaction.atomic():
        user = lock_account(actor.user_id)
        factor = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
        if factor is None:
            raise NotFound
        use_code(factor, code)
        codes = switch_on(factor)
        Session.objects.filter(pk=actor.session_id).update(has_second_factor=True)
        end_sessions(actor, user_id=user.pk, reason=ENDS, keep=actor.session_id)
        record(actor, "second_factor.switched_on", subject_type="user", subject_id=user.pk)
        send_later(Mail.SECOND_FACTOR_ON, user.pk)
    return codes
