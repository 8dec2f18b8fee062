"""Bodies of sessions."""

from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer


class Session(StrictSerializer):
    """One sign-in on one device."""

    id = fields.UUIDField(help_text="The session, as `session_id` of the tokens names it.")
    device_name = fields.CharField(
        max_length=100, allow_blank=True, help_text="What the person calls the device; empty if it was never named."
    )
    is_current = fields.BooleanField(help_text="True for the session that asks.")
    started_at = fields.DateTimeField(source="created_at", help_text="When the person signed in on this device.")
    last_used_at = fields.DateTimeField(
        help_text="When it last got tokens: at most ten minutes before the last call from this device."
    )
    expires_at = fields.DateTimeField(help_text="When it ends by itself, unless it is used before.")


class UpdateSessionRequest(StrictSerializer):
    """What to call the device from now on; absent, the name stays."""

    device_name = fields.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="What the person calls this device; empty for no name.",
    )


class RevokeQuery(StrictSerializer):
    """Whether the session that asks ends, too."""

    include_current = fields.BooleanField(
        required=False, default=False, help_text="If true, end the session that asks as well as all others."
    )
