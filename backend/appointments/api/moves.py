"""Moving visits."""

import uuid
from collections.abc import Mapping
from typing import Any

from backend.appointments.actions.reschedule_appointment import Target, reschedule_appointment
from backend.appointments.actions.wish import Override
from backend.appointments.api.requests import RescheduleRequest
from backend.appointments.api.shapes import Appointment as AppointmentShape
from backend.appointments.errors import (
    EmailNotVerified,
    InvalidTransition,
    OverrideNotAllowed,
    PatientOverlap,
    RescheduleLimitReached,
    SlotNotBookable,
    SlotTaken,
)
from backend.appointments.queries.seen import SeenVisit
from backend.appointments.queries.visits import see_visit
from backend.common.errors import PermissionDenied
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.permissions import Permission


class RescheduleAppointment(Operation):
    """Move a visit to another time.

    The visit keeps its id; `revision` grows by one, and at no moment has it two places or none: if the new time
    cannot be had, it keeps the old one. No hold is needed, and a hold on the new time would be in the way. It keeps
    the practitioner unless another is named. Price and policy stay those it was booked under; `free_cancellation_until`
    follows the new start, unless it had passed when the patient moved the visit: then it stays passed. Patients move a
    visit `reschedules_left` times, up to `can_reschedule_until_date`. Moving itself costs nothing; a confirmed visit
    stays confirmed. Moving a visit to where it is already changes nothing.

    Find times with listSlots and `appointment`: send `starts_at` and `clinic_id` as listed. Starts with others than the
    present practitioner are listed with `any_practitioner`: then send one of the `practitioner_ids` as well, or
    `practitioner_id: null` for anyone free.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = RescheduleRequest
    returns = AppointmentShape
    if_match = IfMatch.OPTIONAL
    rerender = True
    raises = (
        PermissionDenied,
        EmailNotVerified,
        OverrideNotAllowed,
        InvalidTransition,
        RescheduleLimitReached,
        SlotTaken,
        PatientOverlap,
        SlotNotBookable,
    )

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """The patient, a guardian, or staff of the clinic; to another clinic, staff of both."""
        reschedule_appointment(
            call.actor,
            appointment_id=appointment_id,
            target=_target(call.body),
            overrides=_overrides(call.body["overrides"]),
            consents=call.body["consents"],
            expected_version=call.expected_version,
        )
        return Reply(see_visit(call.actor, appointment_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> SeenVisit:
        """The visit as it is now."""
        return see_visit(call.actor, resource_id)


def _target(body: Mapping[str, Any]) -> Target:
    where = {name: body[name] for name in ("starts_at", "clinic_id", "practitioner_id") if name in body}
    return Target(**where, anyone="practitioner_id" in body and body["practitioner_id"] is None)


def _overrides(sent: list[dict[str, Any]]) -> list[Override]:
    return [Override(**override) for override in sent]
