"""Switching a second factor off."""

from django.db import transaction

from backend.accounts.actions._accounts import lock_own_account
from backend.accounts.actions._factors import ENDS, use_code
from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.duty import must_have_second_factor
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import SecondFactor, Session
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied


def disable_second_factor(actor: Actor, *, current_password: str, code: str) -> None:
    """Ask for a password only from now on. All other sessions end.

    Raises PermissionDenied where the chain wants one, NotFound where none is on, ValidationFailed.
    """
    with transaction.atomic():
        user = lock_own_account(actor, password=current_password)
        factor = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()
        if factor is None:
            raise NotFound
        if must_have_second_factor(user.pk):
            raise PermissionDenied
        use_code(factor, code)
        factor.delete()
        Session.objects.filter(pk=actor.session_id).update(has_second_factor=False)
        end_sessions(actor, user_id=user.pk, reason=ENDS, keep=actor.session_id)
        record(actor, "second_factor.switched_off", subject_type="user", subject_id=user.pk)
        send_later(Mail.SECOND_FACTOR_OFF, user.pk)
