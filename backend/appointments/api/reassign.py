"""Giving visits to other practitioners, over HTTP."""

import uuid
from typing import Any

from backend.appointments.actions.reassign_appointment import reassign_appointment
from backend.appointments.actions.reassign_visits import Which, reassign_visits
from backend.appointments.api.reassign_shapes import ReassignedVisits, ReassignRequest, ReassignVisitsRequest
from backend.appointments.api.shapes import Appointment as AppointmentShape
from backend.appointments.errors import InvalidTransition, SlotNotBookable, SlotTaken
from backend.appointments.queries.reassigning import Choice
from backend.appointments.queries.seen import SeenVisit
from backend.appointments.queries.visits import see_visit
from backend.common.errors import PermissionDenied, RangeTooLong
from backend.common.http.affected import DryRunQuery
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.permissions import Permission


class ReassignAppointment(Operation):
    """Give a visit to another practitioner.

    Start, clinic, price and policy stay, the id too; `revision` grows by one. Null for the practitioner lets us pick
    among those who are free, fewest visits that day first. Whoever gets it must give the service there, be certified
    for it on that date, at work and free; the room stays if it suits. Rules about the start and the patient were
    settled when it was booked. To set a rule aside, use rescheduleAppointment with the same start. Naming who gives
    the visit already changes nothing.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = ReassignRequest
    returns = AppointmentShape
    if_match = IfMatch.OPTIONAL
    rerender = True
    raises = (PermissionDenied, InvalidTransition, SlotTaken, SlotNotBookable)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Staff of the clinic."""
        reassign_appointment(
            call.actor, appointment_id=appointment_id, expected_version=call.expected_version, **call.body
        )
        return Reply(see_visit(call.actor, appointment_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> SeenVisit:
        """The visit as it is now."""
        return see_visit(call.actor, resource_id)


class ReassignVisits(Operation):
    """Give the visits of a practitioner to others.

    For a day when somebody cannot come. Ask with `dry_run` first: it says of each visit who would get it, or which
    rules refuse. Then send the same again for all of them, or list those that can be given. They go in one transaction:
    if one is refused by then, none is given. Each gets what reassignAppointment says. Looks at visits that are booked
    or confirmed and yet to come, at clinics where the caller takes bookings; at most 14 days at once.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = ReassignVisitsRequest
    query = DryRunQuery
    returns = ReassignedVisits
    raises = (PermissionDenied, RangeTooLong, SlotTaken, SlotNotBookable)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Staff of a clinic where the practitioner works."""
        body = call.body
        choices = reassign_visits(
            call.actor,
            practitioner_id=practitioner_id,
            which=Which(
                from_at=body["from_at"], until_at=body["until_at"], appointment_ids=body.get("appointment_ids")
            ),
            to_practitioner_id=body.get("to_practitioner_id"),
            reason=body["reason"],
            dry_run=call.query.get("dry_run", False),
        )
        return Reply({"results": [_told(choice) for choice in choices]})


def _told(choice: Choice) -> dict[str, Any]:
    visit = choice.visit
    return {
        "appointment_id": visit.pk,
        "clinic_id": visit.clinic_id,
        "service_id": visit.service_id,
        "starts_at": choice.starts_at,
        "practitioner_id": choice.practitioner_id,
        "rules": [rule.code.value for rule in choice.refused],
    }
