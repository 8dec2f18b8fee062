"""Bodies of sign-in and verification."""

from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer

MAX_PASSWORD = 200


class TokenRequest(StrictSerializer):
    """E-mail and password, to start a session on a device."""

    email = fields.EmailField(help_text="The e-mail address of the account, in any letter case.")
    password = fields.CharField(
        max_length=MAX_PASSWORD, trim_whitespace=False, help_text="The password of the account, exactly as chosen."
    )
    device_name = fields.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="What the person calls this device, to recognise the session in a list later.",
    )


class RefreshRequest(StrictSerializer):
    """The refresh token of the pair that was given last."""

    refresh = fields.CharField(max_length=4096, help_text="The refresh token of the newest pair, as it was given.")


class TokenPairReply(StrictSerializer):
    """What a client keeps to call the API and to get the next pair."""

    access = fields.CharField(
        max_length=4096, help_text="Access token: send it as `Authorization: Bearer <access>` with every call."
    )
    refresh = fields.CharField(
        max_length=4096,
        help_text="Refresh token: exchange it once at refreshToken, and store the new pair before any other call.",
    )
    access_expires_in = fields.IntegerField(
        min_value=1, help_text="Seconds from issue until the access token expires. Compare no clocks: count down."
    )
    refresh_expires_in = fields.IntegerField(
        min_value=1, help_text="Seconds from issue until the refresh token expires and the person must sign in again."
    )
    session_id = fields.UUIDField(help_text="The session that both tokens belong to; it stays the same over refreshes.")


class VerifyRequest(StrictSerializer):
    """The secret of the link that was mailed."""

    token = fields.CharField(max_length=1000, help_text="What follows `#token=` in the link of the verification mail.")


class ResendRequest(StrictSerializer):
    """The address that still waits for its verification mail."""

    email = fields.EmailField(help_text="The e-mail address that was registered, in any letter case.")


class VerificationPending(StrictSerializer):
    """The same answer whether or not the e-mail address is known: what to do next is in the mail."""

    expires_in_seconds = fields.IntegerField(
        min_value=1, help_text="Seconds that the link in the mail stays valid, if one was sent."
    )
