"""Two visits that change places, over HTTP."""

import uuid
from typing import Any

from backend.appointments.actions.swap_appointments import Known, swap_appointments
from backend.appointments.actions.wish import Override
from backend.appointments.api.shapes import Appointment as AppointmentShape
from backend.appointments.api.shapes import OverrideShape
from backend.appointments.errors import (
    InvalidTransition,
    OverrideNotAllowed,
    PatientOverlap,
    SlotNotBookable,
    SlotTaken,
)
from backend.appointments.queries.visits import see_visit
from backend.common.errors import PermissionDenied
from backend.common.http import fields
from backend.common.http.etags import expected_version
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import StrictSerializer, list_of
from backend.common.permissions import Permission


class SwapRequest(StrictSerializer):
    """With which visit to change places."""

    with_appointment_id = fields.UUIDField(help_text="The other visit; it goes to where this one is.")
    with_etag = fields.CharField(
        max_length=100,
        required=False,
        help_text="The `etag` of the other visit as you know it, as If-Match is for the one in the path.",
    )
    reason = fields.CharField(
        max_length=200, help_text="Why. Kept with the history of both, for staff, and in the audit log."
    )
    overrides = list_of(
        OverrideShape,
        required=False,
        default=list,
        max_length=10,
        help_text="Soft rules that staff set aside for both, each with its reason; earlier ones end.",
    )


class SwappedAppointments(StrictSerializer):
    """Both visits, where they are now."""

    appointment = AppointmentShape(help_text="The visit that was named in the path.")
    with_appointment = AppointmentShape(help_text="The visit that it changed places with.")


class SwapAppointments(Operation):
    """Let two visits change places.

    Start, clinic, practitioner and room of one become those of the other; if the room does not suit, another is
    found. Service, patient, price and policy of each stay, and both keep their ids; each `revision` grows by one. Every
    rule is asked for both, as if neither took any time. Both go in one step or neither does: at no moment has either
    two places or none. Needs no free time in between, and no hold. `slot_taken` or `patient_overlap` without `rules`
    means that where they would go the two are in each other's way.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = SwapRequest
    returns = SwappedAppointments
    if_match = IfMatch.OPTIONAL
    rerender = True
    raises = (PermissionDenied, OverrideNotAllowed, InvalidTransition, SlotTaken, PatientOverlap, SlotNotBookable)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Staff of the clinics of both."""
        body = call.body
        other_version = expected_version(body.get("with_etag", "*"))
        swap_appointments(
            call.actor,
            visits=(
                Known(appointment_id, call.expected_version),
                Known(body["with_appointment_id"], other_version),
            ),
            reason=body["reason"],
            overrides=[Override(**override) for override in body["overrides"]],
        )
        return Reply(self.reload(call, appointment_id), resource_id=appointment_id)

    def reload(self, call: Call, resource_id: uuid.UUID) -> dict[str, Any]:
        """Both as they are now."""
        return {
            "appointment": see_visit(call.actor, resource_id),
            "with_appointment": see_visit(call.actor, call.body["with_appointment_id"]),
        }
