"""Search: what can be booked."""

import uuid
from datetime import date
from typing import Any

import orjson

from backend.appointments.actions.note_search import note_search
from backend.appointments.api.slot_shapes import SlotPage, SlotQuery, SlotView, about
from backend.appointments.availability.calendars import ANSWERS
from backend.appointments.availability.kept import Entry
from backend.appointments.availability.search import DayOfSlots
from backend.appointments.queries.search import Search, prepare_search
from backend.appointments.queries.slots import USUAL_LIMIT, Found, find_slots, on_dates
from backend.common.errors import CursorInvalid, NotFound, PermissionDenied, RangeTooLong
from backend.common.http import etags
from backend.common.http.access import PUBLIC
from backend.common.http.cursors import read_cursor, write_cursor
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.rendering import to_json
from backend.common.walltime import reading_of


class ListSlots(Operation):
    """List the starts that can be booked.

    Any number of clinics and practitioners in one call; none means all that offer the service. For a signed-in
    patient the rules about the patient are asked too (visits, spacing, clearance); for a dependant whom the
    caller may book for or, as staff, for any patient, name them in `patient`. Every start that is listed books
    until somebody else takes it; a start that is not listed is refused with the rule that says why. A service,
    clinic, practitioner or patient that does not exist is 404, even among others that do; one that merely has
    nothing free is left out.

    Without a patient the starts are listed all the same, whatever the gate says.

    To move a visit, name it in `appointment` and leave out `service`: listed is what rescheduleAppointment takes from
    this caller with `starts_at` and `clinic_id` alone, the visit's own time included. Starts with other practitioners
    are listed where `practitioner` names them or `any_practitioner` is true; send one of their `practitioner_ids` too.
    For a visit whose `can_be_rescheduled` is false nothing is listed. While you hold a start, name the hold in `hold`:
    else the start and its neighbours are not listed, as they are taken, by you.

    The etag changes with what the answer rests on and with each minute, as notice counts from now; a 304 within the
    minute is had without the search.
    """

    permission = PUBLIC
    asks_who_calls = True
    query = SlotQuery
    returns = SlotPage
    raises = (NotFound, RangeTooLong, CursorInvalid, PermissionDenied)
    max_age_seconds = 0

    def current_etag(self, call: Call, **path: uuid.UUID) -> str | None:
        """Of what the answer depends on. Whether the caller may ask is settled first, so 304 tells nobody more."""
        asked = call.query
        self._after = _position(read_cursor(call))
        self._search = prepare_search(
            call.visitor,
            window_at=on_dates(asked.get("from_date"), asked.get("to_date")),
            clinic_ids=asked["clinic"],
            practitioner_ids=asked["practitioner"],
            **about(asked),
        )
        self._etag = _etag(call, self._search)
        return self._etag

    def handle(self, call: Call) -> Reply:
        """Public; who calls matters for rules about the patient."""
        written = self._written(call)
        note_search(call.visitor, patient_id=self._search.question.patient_id)
        return Reply(written, etag=self._etag)

    def _written(self, call: Call) -> bytes:
        stamps = self._search.stamps
        if stamps is None:
            return self._write(call)
        written = ANSWERS.get(self._etag, (), stamps.now)
        if written is None:
            written = self._write(call)
            ANSWERS.put(self._etag, Entry(written, (), stamps.now, None, len(written)))
        return written

    def _write(self, call: Call) -> bytes:
        with_slots = call.query["view"] == SlotView.SLOTS
        limit = call.query.get("limit", USUAL_LIMIT if with_slots else None)
        found = find_slots(self._search, limit=limit, after=self._after)
        return to_json(_page(call, found, with_slots=with_slots))


def _etag(call: Call, search: Search) -> str | None:
    if search.state is None:
        return None
    caller = call.visitor and call.visitor.user_id
    return etags.of_body(to_json([call.operation_id, call.language, call.query, caller, search.state]))


def _position(cursor: list[Any] | None) -> tuple[date, int] | None:
    return (date.fromisoformat(cursor[0]), cursor[1]) if cursor else None


def _page(call: Call, found: Found, *, with_slots: bool) -> dict[str, Any]:
    """Plain data, not a serializer: a month of a chain is thousands of starts."""
    return {
        "service_id": found.facts.service.id,
        "duration_minutes": found.facts.service.duration_minutes,
        "gate": {
            "status": found.gate.status.value,
            "code": found.gate.code.value if found.gate.code else None,
            "next_service_id": found.gate.next_service_id,
        },
        "bookable_until_date": found.bookable_until,
        "results": [_day(day, SlotView.SLOTS) for day in found.days] if with_slots else [],
        "calendar": [] if with_slots else _calendar(found),
        "next_cursor": write_cursor(call, found.position),
    }


def _calendar(found: Found) -> list[dict[str, Any]]:
    """By clinic, so that its id and zone are told once and not with each of its days."""
    of_clinic: dict[uuid.UUID, list[DayOfSlots]] = {place.clinic.id: [] for place in found.facts.places}
    for day in found.days:
        of_clinic[day.clinic_id].append(day)
    return [
        {
            "clinic_id": clinic_id,
            "timezone": own[0].zone.key,
            "days": [_day(day, SlotView.DAYS) for day in own],
        }
        for clinic_id, own in of_clinic.items()
        if own
    ]


def _day(day: DayOfSlots, form: SlotView) -> orjson.Fragment:
    """A day that is kept is written once in each form."""
    written = day.renderings.get(form)
    if written is None:
        plain = _in_full(day) if form is SlotView.SLOTS else _counted(day)
        written = day.renderings[form] = to_json(plain)
    return orjson.Fragment(written)


def _in_full(day: DayOfSlots) -> dict[str, Any]:
    return {
        "date": day.date,
        "clinic_id": day.clinic_id,
        "timezone": day.zone.key,
        "slots": [{"starts_at": reading_of(start, day.zone), "practitioner_ids": who} for start, who in day.slots],
    }


def _counted(day: DayOfSlots) -> dict[str, Any]:
    first = reading_of(day.slots[0].start, day.zone)
    return {"date": day.date, "slot_count": len(day.slots), "first_starts_at": first}
