"""What happened to a visit."""

import uuid
from enum import StrEnum

from backend.appointments.actions.note_visit_read import note_visit_read
from backend.appointments.api.shapes import LIFE
from backend.appointments.enums import AppointmentStatus, Happening, Party
from backend.appointments.queries.history import entries, history_rows
from backend.common.errors import CursorInvalid
from backend.common.http import fields
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, StrictSerializer, list_of, page_of
from backend.common.permissions import Permission


class ChangedField(StrEnum):
    """What of a visit has a history."""

    STARTS_AT = "starts_at"
    CLINIC = "clinic"
    PRACTITIONER = "practitioner"
    ROOM = "room"
    NOTE = "note"
    CANCEL_REASON = "cancel_reason"
    CANCEL_NOTE = "cancel_note"
    CANCELLATION_FEE_MINOR = "cancellation_fee_minor"


class FieldChange(StrictSerializer):
    """One fact of a visit, before and after."""

    field = fields.ChoiceField(ChangedField, help_text="Which fact; clinic, practitioner and room are given by id.")
    before = fields.CharField(
        max_length=1000, allow_null=True, allow_blank=True, help_text="What it was, as text; null before it was booked."
    )
    after = fields.CharField(max_length=1000, allow_null=True, allow_blank=True, help_text="What it is then, as text.")
    before_name = fields.CharField(
        max_length=201, allow_null=True, help_text="What the id in `before` is called today; null for all but ids."
    )
    after_name = fields.CharField(
        max_length=201, allow_null=True, help_text="What the id in `after` is called today; null for all but ids."
    )


class AppointmentHistoryEntry(StrictSerializer):
    """One thing that happened to a visit. Entries are never changed or removed."""

    id = fields.UUIDField(help_text="The entry itself, for keys of a list on a screen.")
    at = fields.DateTimeField(help_text="When it happened, by the clock of the clinic.")
    what = fields.ChoiceField(
        Happening, help_text="What happened: the state that was entered, or a move, or a changed note."
    )
    status = fields.ChoiceField(AppointmentStatus, help_text=f"The state from then on. {LIFE}")
    by = fields.ChoiceField(Party, help_text="On whose side it was done; `system` for what happens by itself.")
    by_name = fields.CharField(
        max_length=201, allow_null=True, help_text="Who did it; null for the system, and of staff when patients ask."
    )
    reason = fields.CharField(
        max_length=500, allow_blank=True, help_text="Why, where a reason was given; staff's reasons are for staff."
    )
    changes = list_of(FieldChange, max_length=20, help_text="What was changed, with the values before and after.")


class ListAppointmentHistory(Operation):
    """List what happened to a visit.

    Every state, move and changed note since it was booked, the oldest first, with who, when and why and the values
    before and after. Patients are told that staff did something, not who; nor are they shown the reasons that staff
    wrote for each other.
    """

    permission = Permission.APPOINTMENT_READ
    query = PageQuery
    returns = page_of(AppointmentHistoryEntry)
    raises = (CursorInvalid,)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Signed in; another's visit is as if absent."""
        visit, rows = history_rows(call.actor, appointment_id)
        reply = paginate(call, rows, order=("at", "id"))
        note_visit_read(call.actor, visit=visit, action="appointment.history_read")
        reply.data["results"] = entries(call.actor, visit, reply.data["results"])
        return reply
