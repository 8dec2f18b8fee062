"""The operations of the sandbox, served where settings.SANDBOX says so."""

from datetime import timedelta
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.common.budgets import Charge
from backend.common.errors import FieldCode, NotFound
from backend.common.http import fields
from backend.common.http.access import PUBLIC
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.routes import route
from backend.common.http.serializers import StrictSerializer
from backend.config.sandbox.clock import FARTHEST, move_clock, read_clock
from backend.config.sandbox.reset import reset

_FARTHEST_SECONDS = int(FARTHEST.total_seconds())


class SandboxClock(StrictSerializer):
    """The clock that all rules of booking read."""

    now = fields.DateTimeField(help_text="What time it is for the rules: real time plus the offset, in UTC.")
    offset_seconds = fields.IntegerField(
        min_value=-_FARTHEST_SECONDS,
        max_value=_FARTHEST_SECONDS,
        help_text="By how much the clock is ahead of real time; 0 when it is not moved, negative when it is behind.",
    )


class MoveClockRequest(StrictSerializer):
    """Where to move the clock, in one of two ways. It runs on from there."""

    at = fields.DateTimeField(
        required=False, help_text="The instant it shall be now, with offset; at most five years away."
    )
    offset_seconds = fields.IntegerField(
        required=False,
        min_value=-_FARTHEST_SECONDS,
        max_value=_FARTHEST_SECONDS,
        help_text="By how much it shall be ahead of real time; 0 puts it back, a negative number into the past.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if len(attrs) != 1:
            raise ValidationError({"at": [ErrorDetail("Send at or offset_seconds.", FieldCode.REQUIRED.value)]})
        return attrs


class SandboxOperation(Operation):
    """Counted for everyone together: what one does here, all see."""

    permission = PUBLIC

    def charges(self, call: Call) -> list[Charge]:
        """One budget, whoever calls."""
        return [Charge("sandbox", "")]


class GetSandboxClock(Operation):
    """Read the sandbox's clock.

    What time it is for the rules of booking. Tokens and budgets keep to real time whatever it says.
    """

    permission = PUBLIC
    returns = SandboxClock
    max_age_seconds = 0

    def handle(self, call: Call) -> Reply:
        """For anyone."""
        return Reply(read_clock())


class MoveSandboxClock(SandboxOperation):
    """Move the sandbox's clock.

    For everyone who uses this sandbox, until it is moved again or the sandbox is reset: to see what a lapsed hold,
    a reminder or the day of the visit looks like. Visits stay where they are. Tokens and budgets keep to real time.
    """

    accepts = MoveClockRequest
    returns = SandboxClock

    def handle(self, call: Call) -> Reply:
        """For anyone."""
        seconds = call.body.get("offset_seconds")
        offset = None if seconds is None else timedelta(seconds=seconds)
        return Reply(move_clock(at=call.body.get("at"), offset=offset))


class ResetSandbox(SandboxOperation):
    """Start the sandbox over.

    Deletes everything and restores the demo's clinics, people and visits around today, for everyone who uses this
    sandbox; the clock goes back to real time. Ids of clinics, services and people stay the same, and so do the
    sign-ins of the demo's people, so apps need not be restarted. Takes a second or two; simultaneous calls take
    turns. `not_found` where the database was not made for the demo.
    """

    raises = (NotFound,)

    def handle(self, call: Call) -> Reply:
        """For anyone: a sandbox in which nobody can sign in any more must be mended too."""
        reset()
        return Reply()


urlpatterns = [
    route("sandbox/clock", get=GetSandboxClock, post=MoveSandboxClock),
    route("sandbox/reset", post=ResetSandbox),
]
