"""Asking to sign in with another address from now on."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from backend.accounts.actions._accounts import lock_own_account
from backend.accounts.enums import LinkPurpose
from backend.accounts.mails import Mail, send_later
from backend.accounts.models import MailedLink, normal_email
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import FieldCode, FieldError, ValidationFailed


def ask_email_change(actor: Actor, *, email: str, current_password: str) -> None:
    """Mail a link to the new address, which changes nothing until it is opened, and tell the old one.

    Nobody is told whether the new one has an account already: then its holder gets a mail that says so, without a link.
    Raises ValidationFailed.
    """
    with transaction.atomic():
        user = lock_own_account(actor, password=current_password)
        if normal_email(email) == user.email:
            detail = gettext_noop("The account has this address already.")
            raise ValidationFailed(errors=(FieldError("/email", FieldCode.INVALID, detail),))
        link = MailedLink.objects.create(
            user=user,
            purpose=LinkPurpose.CHANGE_EMAIL,
            email=normal_email(email),
            previous_email=user.email,
            session_id=actor.session_id,
            expires_at=real_now() + settings.LINK_LIFETIMES[LinkPurpose.CHANGE_EMAIL],
        )
        record(actor, "account.email_change_asked", subject_type="user", subject_id=user.pk)
        send_later(Mail.CONFIRM_EMAIL, user.pk, link_id=link.pk)
        send_later(Mail.EMAIL_CHANGE_ASKED, user.pk, link_id=link.pk)
