"""Steps in the life of a visit. Each honours If-Match and answers with the visit as it is then."""

import uuid
from typing import ClassVar

from backend.appointments.actions import attend
from backend.appointments.actions.cancel_appointment import cancel_appointment
from backend.appointments.api.requests import CancelRequest
from backend.appointments.api.shapes import Appointment as AppointmentShape
from backend.appointments.enums import CancelReason
from backend.appointments.errors import CancellationTooLate, CheckInRefused, FeeChanged, InvalidTransition
from backend.appointments.queries.seen import SeenVisit
from backend.appointments.queries.visits import see_visit
from backend.common.errors import DomainError, PermissionDenied
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.permissions import Permission


class _Step(Operation):
    permission = Permission.APPOINTMENT_ATTEND
    returns = AppointmentShape
    if_match = IfMatch.OPTIONAL
    rerender = True
    raises: ClassVar[tuple[type[DomainError], ...]] = (InvalidTransition,)

    def reload(self, call: Call, resource_id: uuid.UUID) -> SeenVisit:
        """The visit as it is now."""
        return see_visit(call.actor, resource_id)


class CancelAppointment(_Step):
    """Cancel a visit.

    Possible until the start. Free until `free_cancellation_until` and for three minutes after booking; later it
    costs what the policy said when the visit was booked, and `fee_if_now_minor` tells beforehand. Send what you showed
    as `expected_fee_minor`: the fee rises with time alone, which If-Match does not notice. If it costs something else
    by then, the answer is `fee_changed` with the fee, and the visit stays.
    """

    permission = Permission.APPOINTMENT_CANCEL
    accepts = CancelRequest
    raises = (PermissionDenied, InvalidTransition, CancellationTooLate, FeeChanged)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """The patient, a guardian, or staff of the clinic."""
        cancel_appointment(
            call.actor,
            appointment_id=appointment_id,
            reason=CancelReason(call.body["reason_code"].value),
            note=call.body["note"],
            expected_fee_minor=call.body.get("expected_fee_minor"),
            expected_version=call.expected_version,
        )
        return Reply(see_visit(call.actor, appointment_id))


class ConfirmAppointment(_Step):
    """Confirm a visit.

    The patient, or the desk after asking, says that they will come. A visit that is confirmed already answers
    `invalid_transition`; nothing is lost, so show it as confirmed.
    """

    permission = Permission.APPOINTMENT_CONFIRM
    raises = (PermissionDenied, InvalidTransition)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """The patient, a guardian, or staff of the clinic."""
        attend.confirm_appointment(call.actor, appointment_id=appointment_id, expected_version=call.expected_version)
        return Reply(see_visit(call.actor, appointment_id))


class CheckInAppointment(_Step):
    """Check a patient in who has arrived.

    The patient is at the clinic for the visit; how they are after it is asked by createCheckIn. For staff. Refused
    with `check_in_refused` while something is missing that the treatment needs on the day: answers to the health
    questions, a physiotherapist's look at them, the consent.
    """

    raises = (InvalidTransition, CheckInRefused)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Staff of the clinic, or the practitioner."""
        attend.check_in_appointment(call.actor, appointment_id=appointment_id, expected_version=call.expected_version)
        return Reply(see_visit(call.actor, appointment_id))


class StartAppointment(_Step):
    """Start a visit.

    The patient is in the room and the visit has begun. For staff.
    """

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Staff of the clinic, or the practitioner."""
        attend.start_appointment(call.actor, appointment_id=appointment_id, expected_version=call.expected_version)
        return Reply(see_visit(call.actor, appointment_id))


class CompleteAppointment(_Step):
    """Complete a visit.

    The visit is over. Nothing can follow. For staff.
    """

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Staff of the clinic, or the practitioner."""
        attend.complete_appointment(call.actor, appointment_id=appointment_id, expected_version=call.expected_version)
        return Reply(see_visit(call.actor, appointment_id))


class MarkAppointmentNoShow(_Step):
    """Note that a patient did not come.

    Possible from the start of the visit on. For staff; the fee is that of the policy booked under.
    """

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Staff of the clinic, or the practitioner."""
        attend.miss_appointment(call.actor, appointment_id=appointment_id, expected_version=call.expected_version)
        return Reply(see_visit(call.actor, appointment_id))
