"""Bodies with passwords and links."""

from typing import Any

from backend.accounts.api.serializers import MAX_PASSWORD
from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer


def new_password_field() -> Any:
    """A password that is being chosen."""
    return fields.CharField(
        min_length=10,
        max_length=MAX_PASSWORD,
        trim_whitespace=False,
        help_text="At least 10 characters, not a common password, not like the name or the address.",
    )


def current_password_field() -> Any:
    """The password that proves, once more, who is there."""
    return fields.CharField(
        max_length=MAX_PASSWORD, trim_whitespace=False, help_text="The present password of the account."
    )


class ForgotRequest(StrictSerializer):
    """The address to which a link is to be mailed."""

    email = fields.EmailField(help_text="The e-mail address of the account, in any letter case.")


class LinkPending(StrictSerializer):
    """The same answer whether or not a mail is sent: what to do next is in the mail."""

    expires_in_seconds = fields.IntegerField(
        min_value=1, help_text="Seconds that the link in the mail stays valid, if one was sent."
    )


class ResetRequest(StrictSerializer):
    """The secret of the link that was mailed, and the new password."""

    token = fields.CharField(max_length=1000, help_text="What follows `#token=` in the link of the mail.")
    password = new_password_field()


class ChangePasswordRequest(StrictSerializer):
    """The present password and the new one."""

    current_password = current_password_field()
    new_password = new_password_field()


class ChangeEmailRequest(StrictSerializer):
    """The new address, and the password that proves who asks."""

    email = fields.EmailField(help_text="The address to sign in with and to be written to, once it is confirmed.")
    current_password = current_password_field()
