"""Showing once more who is there, for what asks for a fresh proof."""

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from backend.accounts.actions._accounts import lock_own_account
from backend.accounts.actions._factors import use_code
from backend.accounts.errors import SessionRevoked
from backend.accounts.models import SecondFactor, Session
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed

_NEEDED = gettext_noop("Signing in to this account asks for a code, and so does this.")


def prove_identity(actor: Actor, *, current_password: str, code: str = "") -> int:
    """Renew the proof of the caller's session; how many seconds it is good for.

    All that signing in asks for is asked again, so a second factor's code, too. Raises ValidationFailed,
    SessionRevoked.
    """
    with transaction.atomic():
        user = lock_own_account(actor, password=current_password)
        factor = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()
        if factor is not None:
            if not code:
                raise ValidationFailed(errors=(FieldError("/code", FieldCode.REQUIRED, _NEEDED),))
            use_code(factor, code)
        living = Session.objects.visible_to(actor).living().filter(pk=actor.session_id)
        if not living.update(proved_at=Now(), updated_at=Now()):
            raise SessionRevoked
        record(actor, "session.proved", subject_type="session", subject_id=actor.session_id)
    return int(settings.PROOF_LIFETIME.total_seconds())
