"""How patients are after a visit. Answers are health data: never stored in a receipt (R16)."""

import uuid
from typing import Any

from backend.appointments.queries.visits import get_visit_for
from backend.care.actions.answer_check_in import Answer, answer_check_in
from backend.care.actions.note_health_read import note_health_read
from backend.care.api.check_in_shapes import CheckIn, CheckInRequest, CheckIns
from backend.care.errors import CheckInNotDue
from backend.care.queries.check_ins import check_ins_of, get_check_in_for
from backend.common.errors import AlreadyExists, PermissionDenied
from backend.common.http.operations import Call, Operation, Reply
from backend.common.permissions import Permission


class CreateCheckIn(Operation):
    """Say how the patient is after a visit with needles.

    Aftercare; that a patient has arrived for the visit is checkInAppointment. By the patient, by who looks after
    them, or by the clinic for a patient who called; at +24 h and at +48 h from the visit's end, once each.
    listCheckIns says when. An alarming answer asks the clinic to call at once: show `what_to_do` and `clinic_phone`.
    """

    permission = Permission.CHECK_IN_ANSWER
    accepts = CheckInRequest
    returns = CheckIn
    status = 201
    rerender = True
    raises = (PermissionDenied, AlreadyExists, CheckInNotDue)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """The answer shows what was entered, to the desk too."""
        row = answer_check_in(call.actor, appointment_id=appointment_id, answer=Answer(**call.body))
        return Reply(row, location=f"/v1/appointments/{appointment_id}/check-ins")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it was entered, for who may answer."""
        return get_check_in_for(call.actor, resource_id)


class ListCheckIns(Operation):
    """List the check-ins after a visit.

    How the patient was a day and two days after it, not the arrival at the desk, which listAppointmentHistory tells.
    What was answered and what is still to be asked, with the times. The patient, who looks after them and who gave
    the visit see what was answered; others at the clinic see whether. The audit log keeps who read.
    """

    permission = Permission.CHECK_IN_READ
    returns = CheckIns

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Whoever may see the visit."""
        visit = get_visit_for(call.actor, appointment_id)
        seen = check_ins_of(call.actor, visit)
        if any(one.answer for one in seen):
            shown = any(one.shown for one in seen)
            note_health_read(call.actor, visit=visit, what="check_in", with_answers=shown)
        return Reply({"results": seen, "clinic_phone": visit.clinic.phone})
