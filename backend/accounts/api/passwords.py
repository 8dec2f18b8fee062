"""Passwords forgotten and changed, and asking for another address."""

from django.conf import settings

from backend.accounts import charges
from backend.accounts.actions.ask_email_change import ask_email_change
from backend.accounts.actions.change_password import change_password
from backend.accounts.actions.forgot_password import forgot_password
from backend.accounts.actions.reset_password import reset_password
from backend.accounts.api.secret_shapes import (
    ChangeEmailRequest,
    ChangePasswordRequest,
    ForgotRequest,
    LinkPending,
    ResetRequest,
)
from backend.accounts.enums import LinkPurpose
from backend.common.budgets import Charge
from backend.common.http.access import PUBLIC, SIGNED_IN
from backend.common.http.operations import Call, Operation, Reply


def pending(purpose: LinkPurpose) -> Reply:
    """What is answered whether or not a mail is sent."""
    return Reply({"expires_in_seconds": int(settings.LINK_LIFETIMES[purpose].total_seconds())})


class ForgotPassword(Operation):
    """Have a link mailed that resets the password.

    The answer is the same for an address that nobody registered, or whose account is closed; then no mail is sent. The
    link opens the page `/reset-password#token=…` of the web app, which sends the token to resetPassword.
    """

    permission = PUBLIC
    accepts = ForgotRequest
    returns = LinkPending
    status = 202

    def charges(self, call: Call) -> list[Charge]:
        """Nobody's mailbox is to be flooded from here."""
        return charges.of_mail(call.body["email"], call.address)

    def handle(self, call: Call) -> Reply:
        """Public."""
        forgot_password(email=call.body["email"])
        return pending(LinkPurpose.RESET_PASSWORD)


class ResetPassword(Operation):
    """Choose a new password with the secret of the mailed link.

    The link lives for an hour and works once; with it every other link of the account is spent. All sessions end, and
    a mail tells of it. The address counts as verified from then on. A password that is refused leaves the link as it
    was.
    """

    permission = PUBLIC
    accepts = ResetRequest
    budget = "link"

    def handle(self, call: Call) -> Reply:
        """Public: the link may be opened on another device."""
        reset_password(**call.body, address=call.address)
        return Reply()


class ChangePassword(Operation):
    """Change the password while signed in.

    The session that asks goes on, all others end, and a mail tells of it. A wrong present password is
    `validation_failed` at `/current_password`, not a 401: the session is as good as before.
    """

    permission = SIGNED_IN
    accepts = ChangePasswordRequest
    budget = "reauthentication"

    def handle(self, call: Call) -> Reply:
        """With the present password, so that a phone left on a table is not enough."""
        change_password(call.actor, **call.body)
        return Reply()


class ChangeEmail(Operation):
    """Ask to sign in with another e-mail address.

    Nothing changes until the link in the mail to the new address is opened: it leads to the page
    `/confirm-email#token=…` of the web app, which sends the token to confirmEmailChange. The old address is told at
    once. The answer is the same if the new address has an account already; its holder then gets a mail without a link.
    """

    permission = SIGNED_IN
    accepts = ChangeEmailRequest
    returns = LinkPending
    status = 202

    def charges(self, call: Call) -> list[Charge]:
        """Neither is a password to be guessed here, nor a stranger's mailbox to be flooded."""
        return charges.of_email_change(call.actor.user_id, call.body["email"])

    def handle(self, call: Call) -> Reply:
        """With the present password."""
        ask_email_change(call.actor, **call.body)
        return pending(LinkPurpose.CHANGE_EMAIL)
