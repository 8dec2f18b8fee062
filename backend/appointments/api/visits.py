"""Visits: book, list, read."""

import uuid
from typing import Any

from backend.appointments.actions.book_appointment import book_appointment
from backend.appointments.actions.book_hold import Repeated, book_hold
from backend.appointments.actions.change_note import change_note
from backend.appointments.actions.note_visit_read import note_visit_read
from backend.appointments.actions.wish import Override
from backend.appointments.api.requests import AppointmentChangesRequest, AppointmentQuery, AppointmentRequest, When
from backend.appointments.api.shapes import Appointment as AppointmentShape
from backend.appointments.errors import (
    EmailNotVerified,
    HoldBooked,
    HoldExpired,
    InvalidTransition,
    OverrideNotAllowed,
    PatientOverlap,
    SlotNotBookable,
    SlotTaken,
)
from backend.appointments.models import Appointment
from backend.appointments.queries.listing import list_visits
from backend.appointments.queries.seen import SeenVisit
from backend.appointments.queries.visits import see_visit
from backend.audit.reading import note_reading
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import CursorInvalid, NotFound, PermissionDenied
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Idempotency, Operation, Reply
from backend.common.http.serializers import page_of
from backend.common.permissions import Permission
from backend.patients.errors import PatientMerged


class CreateAppointment(Operation):
    """Book a visit.

    Send `hold_id`, or else all three of `service_id`, `clinic_id` and `starts_at`: a missing one is `required`.
    Without a practitioner we pick one who is free, with the fewest visits that day; without a patient it is for the
    caller. The answer is the whole confirmation screen. Send the same Idempotency-Key when you retry: one key books
    at most once. What the patient agreed to goes into `consents`; staff may set soft rules aside with `overrides`. A
    hold that was booked with another key answers `hold_booked` with the id of the visit, which is the hold's.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = AppointmentRequest
    returns = AppointmentShape
    status = 201
    idempotency = Idempotency.REQUIRED
    budget = "book"
    rerender = True
    raises = (
        NotFound,
        PermissionDenied,
        EmailNotVerified,
        PatientMerged,
        OverrideNotAllowed,
        HoldExpired,
        HoldBooked,
        SlotTaken,
        PatientOverlap,
        SlotNotBookable,
    )

    def handle(self, call: Call) -> Reply:
        """Signed in."""
        visit = _book(call.actor, **call.body)
        return Reply(see_visit(call.actor, visit.pk), location=f"/v1/appointments/{visit.pk}")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The visit as it is now."""
        return see_visit(call.actor, resource_id)


def _book(
    actor: Actor, *, overrides: list[dict[str, Any]], hold_id: uuid.UUID | None = None, **wanted: Any
) -> Appointment:
    aside = [Override(**override) for override in overrides]
    if hold_id is None:
        return book_appointment(actor, overrides=aside, **wanted)
    own = {name: wanted.pop(name) for name in ("patient_id", "note", "consents") if name in wanted}
    return book_hold(actor, hold_id=hold_id, overrides=aside, repeated=Repeated(**wanted), **own)


class ListAppointments(Operation):
    """List visits.

    What the caller may see: patients their own and their dependants', practitioners those they give, staff those of
    their clinics. Names are included, so one call fills a home screen.
    """

    permission = Permission.APPOINTMENT_READ
    query = AppointmentQuery
    returns = page_of(AppointmentShape)
    raises = (CursorInvalid,)

    def handle(self, call: Call) -> Reply:
        """Signed in."""
        asked, actor, now = call.query, call.actor, clock.now()
        visits = list_visits(
            actor,
            now=now,
            upcoming=asked["when"] == When.UPCOMING if "when" in asked else None,
            clinic_ids=asked.get("clinic", ()),
            practitioner_ids=asked.get("practitioner", ()),
            patient_ids=asked.get("patient", ()),
            statuses=asked.get("status", ()),
            **{name: asked.get(name) for name in ("from_date", "to_date", "updated_since")},
        )
        reply = paginate(call, visits, order=_order(call))
        note_reading(actor, "appointment.listed", patient_ids=[one.patient_id for one in reply.data["results"]])
        reply.data["results"] = [SeenVisit(visit, actor, now) for visit in reply.data["results"]]
        return reply


def _order(call: Call) -> tuple[str, ...]:
    if "updated_since" in call.query:
        return ("updated_at", "id")
    return ("starts_at", "id") if call.query.get("when") == When.UPCOMING else ("-starts_at", "-id")


class GetAppointment(Operation):
    """Read one visit.

    Everything a confirmation screen shows, with what cancelling would cost at this moment.
    """

    permission = Permission.APPOINTMENT_READ
    returns = AppointmentShape

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Signed in; another's visit is as if absent."""
        seen = see_visit(call.actor, appointment_id)
        note_visit_read(call.actor, visit=seen.row)
        return Reply(seen)


class UpdateAppointment(Operation):
    """Change the note of a visit.

    Until the visit is over. Who changed it from what to what is in its history. To move it, use
    rescheduleAppointment; its other facts follow from what happens to it.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = AppointmentChangesRequest
    returns = AppointmentShape
    rerender = True
    raises = (PermissionDenied, InvalidTransition)

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """The patient, a guardian, or staff of the clinic."""
        changes = {"note": call.body["note"] or ""} if "note" in call.body else {}
        change_note(call.actor, appointment_id=appointment_id, expected_version=call.expected_version, **changes)
        return Reply(see_visit(call.actor, appointment_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The visit as it is now."""
        return see_visit(call.actor, resource_id)
