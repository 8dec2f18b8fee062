"""The desk's day over HTTP."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backend.appointments.actions.note_day import note_day
from backend.appointments.api.day_shapes import ClinicDay, DayQuery
from backend.appointments.models import Appointment
from backend.appointments.queries.day import Day, PractitionerDay, RoomDay, get_day
from backend.common.errors import PermissionDenied
from backend.common.http import etags
from backend.common.http.answers import is_known
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.rendering import to_json
from backend.common.localised import localised
from backend.common.periods import Periods
from backend.common.permissions import Permission
from backend.common.walltime import instant_of


class GetClinicDay(Operation):
    """Read the day of a clinic: who sees whom, where, and what is free.

    For the desk: every column of the calendar, by practitioner and by room, with names. A practitioner gets the own
    column and no rooms. Holds are shown as taken time and nothing else. Poll it with If-None-Match: each answer but
    304 is one entry in the audit log, and the tag is good for the caller alone.
    """

    permission = Permission.APPOINTMENT_READ
    query = DayQuery
    returns = ClinicDay
    raises = (PermissionDenied,)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Staff of the clinic, and practitioners who work there."""
        day = get_day(call.actor, clinic_id, day=call.query.get("date"))
        body = to_json(_day(day))
        # With the caller in the tag, a 304 speaks of what that person was shown, and that was written down then.
        etag = etags.of_body(body + call.actor.user_id.bytes)
        if not is_known(call, etag):
            shown = [visit.patient_id for column in day.practitioners for visit in column.visits]
            note_day(call.actor, clinic_id=clinic_id, day=day.date, practitioner_id=day.only, patient_ids=shown)
        return Reply(body, etag=etag, is_plain=True)


def _day(day: Day) -> dict[str, Any]:
    """Plain data, not a serializer: a full day is hundreds of visits, each in two columns."""
    return {
        "clinic_id": day.clinic.pk,
        "date": day.date,
        "timezone": day.zone.key,
        "open": _runs(day.open, day.zone),
        "closures": [{**run, "reason": one.reason} for one in day.closures for run in _runs(one.periods, day.zone)],
        "practitioners": [_practitioner(one, day.zone) for one in day.practitioners],
        "rooms": [_room(one, day.zone) for one in day.rooms],
    }


def _practitioner(column: PractitionerDay, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "practitioner_id": column.row.pk,
        "name": str(column.row),
        "title": localised(column.row, "title"),
        "working": _runs(column.working, zone),
        "time_off": _runs(column.away, zone),
        "elsewhere": _runs(column.elsewhere, zone),
        **_entries(column, zone),
    }


def _room(column: RoomDay, zone: ZoneInfo) -> dict[str, Any]:
    room = column.row
    return {"room_id": room.pk, "name": room.name, "kind": room.kind, **_entries(column, zone)}


def _entries(column: PractitionerDay | RoomDay, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "visits": [_visit(row, zone) for row in column.visits],
        "holds": [_hold(row, zone) for row in column.holds],
        "free": _runs(column.free, zone),
    }


def _visit(row: Appointment, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "appointment_id": row.pk,
        "status": row.status,
        **_times(row, zone),
        "service_id": row.service_id,
        "service_name": localised(row.service, "name"),
        "practitioner_id": row.practitioner_id,
        "practitioner_name": str(row.practitioner),
        "patient_id": row.patient_id,
        "patient_name": str(row.patient),
        "room_id": row.room_id,
        "room_name": row.room.name,
    }


def _hold(row: Appointment, zone: ZoneInfo) -> dict[str, Any]:
    return {
        **_times(row, zone),
        "practitioner_id": row.practitioner_id,
        "room_id": row.room_id,
        "expires_at": row.hold_expires_at and row.hold_expires_at.astimezone(zone),
    }


def _times(row: Appointment, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "starts_at": row.starts_at.astimezone(zone),
        "ends_at": row.ends_at.astimezone(zone),
        "occupied_from_at": row.occupied_from.astimezone(zone),
        "occupied_until_at": row.occupied_until.astimezone(zone),
    }


def _runs(periods: Periods, zone: ZoneInfo) -> list[dict[str, datetime]]:
    return [
        {"starts_at": instant_of(begin).astimezone(zone), "ends_at": instant_of(until).astimezone(zone)}
        for begin, until in periods
    ]
