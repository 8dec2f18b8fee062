"""Where somebody is signed in: list, name, sign out."""

import uuid

from backend.accounts.actions.rename_session import rename_session
from backend.accounts.actions.revoke_session import revoke_session
from backend.accounts.actions.revoke_sessions import revoke_sessions
from backend.accounts.api.session_shapes import RevokeQuery, Session, UpdateSessionRequest
from backend.accounts.queries import list_sessions
from backend.common.http.access import SIGNED_IN
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of


class ListSessions(Operation):
    """List where one is signed in.

    The sessions that can still be used, the one used last at the top; `is_current` is the one that asks.
    """

    permission = SIGNED_IN
    query = PageQuery
    returns = page_of(Session)

    def handle(self, call: Call) -> Reply:
        """One's own, and nobody else's."""
        return paginate(call, list_sessions(call.actor), order=["-last_used_at", "id"])


class UpdateSession(Operation):
    """Name the device of a session, to know it again in the list.

    Its tokens stay as they are, and so does everything else about it.
    """

    permission = SIGNED_IN
    accepts = UpdateSessionRequest
    returns = Session
    if_match = IfMatch.NONE

    def handle(self, call: Call, session_id: uuid.UUID) -> Reply:
        """One's own."""
        return Reply(rename_session(call.actor, session_id=session_id, **call.body))


class RevokeSession(Operation):
    """Sign out one device.

    Its access and refresh tokens are refused from then on. One that has ended is as if absent. The current session can
    be named, too: that is logout.
    """

    permission = SIGNED_IN
    if_match = IfMatch.NONE

    def handle(self, call: Call, session_id: uuid.UUID) -> Reply:
        """One's own."""
        revoke_session(call.actor, session_id=session_id)
        return Reply()


class RevokeSessions(Operation):
    """Sign out everywhere else.

    Ends all other sessions; with `include_current=true` this one, too, and the person signs in anew everywhere.
    """

    permission = SIGNED_IN
    query = RevokeQuery
    if_match = IfMatch.NONE

    def handle(self, call: Call) -> Reply:
        """One's own."""
        revoke_sessions(call.actor, include_current=call.query["include_current"])
        return Reply()
