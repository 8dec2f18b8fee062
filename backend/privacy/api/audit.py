"""Who saw or changed what: for the owner, and for patients about themselves."""

from backend.common.errors import CursorInvalid, NotFound
from backend.common.http.access import SIGNED_IN
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import page_of
from backend.common.permissions import Permission
from backend.privacy.actions.note_audit_read import note_audit_read
from backend.privacy.api.audit_shapes import AccessLogEntry, AccessLogQuery, AuditEvent, AuditEventQuery
from backend.privacy.queries.access_log import accesses_to, see_accesses
from backend.privacy.queries.audit_events import find_entries, see_entries

_LATEST_FIRST = ("-at", "-id")


class ListAuditEvents(Operation):
    """List entries of the audit log.

    Everything that was changed, and who was shown data of patients, the latest first. Entries are written with what
    they record and are never changed nor removed; a chain of hashes over them shows if somebody did. Reading the log
    is an entry of its own.
    """

    permission = Permission.AUDIT_READ
    query = AuditEventQuery
    returns = page_of(AuditEvent)
    raises = (CursorInvalid,)

    def handle(self, call: Call) -> Reply:
        """The owner."""
        asked = call.query
        ids = {f"{name}_id": asked.get(name) for name in ("actor", "patient", "clinic")}
        rows = find_entries(**ids, **{name: asked.get(name) for name in ("action", "from_at", "to_at")})
        reply = paginate(call, rows, order=_LATEST_FIRST)
        reply.data["results"] = see_entries(reply.data["results"])
        note_audit_read(call.actor, asked=asked)
        return reply


class ListMyAccessLog(Operation):
    """List who saw or changed one's own data.

    And that of dependants, the latest first: what, when, by whom. Practitioners are named; of others at the clinics
    the role is told, and the clinic tells more when asked. Reading one's own data is not listed, changing it is.
    """

    permission = SIGNED_IN
    query = AccessLogQuery
    returns = page_of(AccessLogEntry)
    raises = (CursorInvalid, NotFound)

    def handle(self, call: Call) -> Reply:
        """Another's patient is as if absent."""
        actor, wanted = call.actor, call.query.get("patient")
        readable = actor.own_patients(Permission.APPOINTMENT_READ)
        if wanted and wanted not in readable:
            raise NotFound
        whose = {wanted} if wanted else readable
        reply = paginate(call, accesses_to(whose), order=_LATEST_FIRST)
        reply.data["results"] = see_accesses(reply.data["results"], whose, reader_id=actor.user_id)
        return reply
