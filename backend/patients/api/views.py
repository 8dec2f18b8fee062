"""Registering, another address, and the caller's own profile."""

from typing import cast

from django.conf import settings

from backend.accounts import charges
from backend.accounts.enums import Language
from backend.accounts.errors import EmailTaken
from backend.common.budgets import Charge
from backend.common.errors import EtagMismatch
from backend.common.http.access import PUBLIC, SIGNED_IN
from backend.common.http.operations import Call, Operation, Reply
from backend.patients.actions.confirm_email import confirm_email
from backend.patients.actions.register import register
from backend.patients.actions.update_me import ProfileChanges, update_me
from backend.patients.api.serializers import (
    ConfirmEmailRequest,
    MeReply,
    RegisterRequest,
    RegistrationAccepted,
    UpdateMeRequest,
)
from backend.patients.queries.me import get_me


class Register(Operation):
    """Open an account as a new patient.

    The answer is the same whether or not the address is known, so nobody learns who is a patient here: a new address
    gets a mail with a link that verifies it, a known one a mail that says somebody tried.
    """

    permission = PUBLIC
    accepts = RegisterRequest
    returns = RegistrationAccepted
    status = 202

    def charges(self, call: Call) -> list[Charge]:
        """Nobody's mailbox is to be flooded from here."""
        return charges.of_mail(call.body["email"], call.address)

    def handle(self, call: Call) -> Reply:
        """Public."""
        register(**{"language": Language(call.language), **call.body})
        return Reply({"expires_in_seconds": int(settings.EMAIL_VERIFICATION_LIFETIME.total_seconds())})


class ConfirmEmailChange(Operation):
    """Take on a new e-mail address with the secret of the mailed link.

    One signs in with it from then on, and it counts as verified; clinics that knew the patient by the old address know
    the new one. All sessions end but the one that asked for the change, the old address is told, and every other link
    of the account is spent. The link lives for 24 hours and works once; a change of password makes it worthless.
    """

    permission = PUBLIC
    accepts = ConfirmEmailRequest
    raises = (EmailTaken,)
    budget = "link"

    def handle(self, call: Call) -> Reply:
        """Public: the link may be opened on another device."""
        confirm_email(token=call.body["token"])
        return Reply()


class GetMe(Operation):
    """Read one's own profile: the person, where they work, whom they look after, what they may do."""

    permission = SIGNED_IN
    returns = MeReply

    def handle(self, call: Call) -> Reply:
        """The rights are those of this moment."""
        return Reply(get_me(call.actor))


class UpdateMe(Operation):
    """Change one's own profile.

    Names, language and phone. Where the caller is a patient, the clinics see the change at once.
    """

    permission = SIGNED_IN
    accepts = UpdateMeRequest
    returns = MeReply
    raises = (EtagMismatch,)

    def handle(self, call: Call) -> Reply:
        """Answers the profile as it is afterwards."""
        changes = cast(ProfileChanges, dict(call.body))
        update_me(call.actor, changes=changes, expected_version=call.expected_version)
        return Reply(get_me(call.actor))
