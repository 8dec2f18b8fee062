"""The record of a session: for those who treat the patient, and nobody else (D12)."""

import uuid
from typing import Any

from backend.care.actions.amend_session_record import amend_session_record
from backend.care.actions.change_session_record import change_session_record
from backend.care.actions.note_record_read import note_record_read
from backend.care.actions.sign_session_record import sign_session_record
from backend.care.actions.start_session_record import start_session_record
from backend.care.api.record_shapes import (
    AmendSessionRecordRequest,
    SessionRecord,
    SessionRecordChangesRequest,
    SessionRecordRequest,
)
from backend.care.errors import (
    NeedlesUnaccounted,
    NothingToRecord,
    RecordIncomplete,
    RecordNotSigned,
    RecordSigned,
)
from backend.care.queries.records import get_record_for
from backend.common.errors import AlreadyExists, PermissionDenied
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.permissions import Permission


class _OfRecord(Operation):
    permission = Permission.RECORD_KEEP
    returns = SessionRecord

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return get_record_for(call.actor, pk=resource_id)


class CreateSessionRecord(_OfRecord):
    """Begin the record of a session.

    For who gives the visit, of a service that needs screening, once the patient is checked in. It may be filled in
    bit by bit with updateSessionRecord; signSessionRecord makes it final. Patients and the desk never see it.
    """

    accepts = SessionRecordRequest
    status = 201
    rerender = True
    raises = (PermissionDenied, NothingToRecord, AlreadyExists)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """One of each visit."""
        made = start_session_record(call.actor, appointment_id=appointment_id, said=call.body)
        record = get_record_for(call.actor, pk=made.pk)
        return Reply(record, location=f"/v1/appointments/{appointment_id}/session-record")


class GetSessionRecord(_OfRecord):
    """Read the record of a session.

    For practitioners who treat the patient: who have a visit with them, past or to come. The audit log keeps who read.
    """

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """With every correction since it was signed."""
        record = get_record_for(call.actor, appointment_id=appointment_id)
        note_record_read(call.actor, record=record)
        return Reply(record)


class UpdateSessionRecord(_OfRecord):
    """Write on in the record of a session.

    For who gives the visit, while it is a draft. What is absent stays; null takes a value out again. `muscles` is
    replaced as a whole.
    """

    accepts = SessionRecordChangesRequest
    rerender = True
    raises = (PermissionDenied, RecordSigned)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """A draft."""
        changed = change_session_record(
            call.actor, appointment_id=appointment_id, changes=call.body, expected_version=call.expected_version
        )
        return Reply(get_record_for(call.actor, pk=changed.pk))


class SignSessionRecord(_OfRecord):
    """Sign the record of a session.

    By who gave the visit, if they held every proof that the service requires on its day. All must be entered but
    `function_score`, and as many needles must have come out as went in. From then on it is corrected with
    amendSessionRecord only.
    """

    if_match = IfMatch.OPTIONAL
    rerender = True
    raises = (PermissionDenied, RecordSigned, RecordIncomplete, NeedlesUnaccounted)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Once."""
        signed = sign_session_record(call.actor, appointment_id=appointment_id, expected_version=call.expected_version)
        return Reply(get_record_for(call.actor, pk=signed.pk))


class AmendSessionRecord(_OfRecord):
    """Correct a signed record of a session.

    By who gave the visit, with a reason. What the record said before stays readable in `amendments`.
    """

    accepts = AmendSessionRecordRequest
    if_match = IfMatch.OPTIONAL
    rerender = True
    raises = (PermissionDenied, RecordNotSigned, RecordIncomplete, NeedlesUnaccounted)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Appends; nothing is lost."""
        changes = {name: value for name, value in call.body.items() if name != "reason"}
        amended = amend_session_record(
            call.actor,
            appointment_id=appointment_id,
            changes=changes,
            reason=call.body["reason"],
            expected_version=call.expected_version,
        )
        return Reply(get_record_for(call.actor, pk=amended.pk))
