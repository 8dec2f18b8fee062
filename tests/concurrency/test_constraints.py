"""The last judge: what PostgreSQL refuses by itself, and under which name, whoever writes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from backend.appointments.enums import BLOCKING_STATUSES, HOLD_STATUSES, Status
from backend.appointments.lifecycle import STEPS
from backend.clinics.models import Room
from backend.common.db import constraint_of, sqlstate_of
from tests.cast import TUE, Cast

EXCLUSION, CHECK = "23P01", "23514"
PRACTITIONER, ROOM, PATIENT = (f"appointment_{one}_is_free" for one in ("practitioner", "room", "patient"))
MINUTE = timedelta(minutes=1)
Insert = Callable[..., UUID]


def ten(cast: Cast) -> datetime:
    """When the visits of these tests start, unless they say otherwise."""
    return cast.at(cast.coquitlam, TUE, "10:00")


@pytest.fixture
def insert(cast: Cast) -> Insert:
    """Writes a visit of 45 minutes at ten, with ten minutes' buffers; `minutes` later, or with columns changed."""
    room = Room.objects.filter(clinic=cast.coquitlam).first()
    assert room
    base: dict[str, Any] = {
        "status": "booked",
        "patient_id": cast.patient.pk,
        "practitioner_id": cast.physio.pk,
        "clinic_id": cast.coquitlam.pk,
        "service_id": cast.physio_initial.pk,
        "room_id": room.pk,
        "local_start": "2026-01-01T10:00",
        "timezone": "America/Vancouver",
        "booked_at": cast.now,
        "price_minor": 1,
        "tax_basis_points": 0,
        "currency": "CAD",
        "free_cancellation_minutes": 0,
        "late_cancellation_fee_percent": 0,
        "no_show_fee_percent": 0,
        "version": 1,
        "revision": 0,
        "cancellation_fee_minor": 0,
        "cancel_reason": "none",
        "cancel_note": "",
        "note": "",
        "overrides": "[]",
    }

    def write(minutes: int = 0, **changes: Any) -> UUID:
        times = dict(zip(("occupied_from", "starts_at", "ends_at", "occupied_until"), (-10, 0, 45, 55), strict=True))
        moved = {name: ten(cast) + (minutes + offset) * MINUTE for name, offset in times.items()}
        row = {"id": uuid4(), **base, **moved, **changes}
        columns, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO appointments_appointment ({columns}) VALUES ({marks})", list(row.values()))
        return UUID(str(row["id"]))

    return write


def refused_by(act: Callable[[], object]) -> tuple[str | None, str | None]:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    return sqlstate_of(caught.value), constraint_of(caught.value)


def other_room(cast: Cast) -> UUID:
    room = Room.objects.filter(clinic=cast.coquitlam).last()
    assert room
    return room.pk


@pytest.fixture
def apart(cast: Cast) -> dict[str, dict[str, Any]]:
    """What a second visit must change to share one resource alone with the first."""
    patient, practitioner = {"patient_id": cast.cleared.pk}, {"practitioner_id": cast.ims.pk}
    room = {"room_id": other_room(cast)}
    return {PRACTITIONER: {**patient, **room}, ROOM: {**patient, **practitioner}, PATIENT: {**practitioner, **room}}


@pytest.mark.parametrize("name", [PRACTITIONER, ROOM, PATIENT])
@pytest.mark.parametrize("minutes", [0, 1, -44, 44])
def test_nobody_is_in_two_places(insert: Insert, apart: dict[str, dict[str, Any]], name: str, minutes: int) -> None:
    insert()
    assert refused_by(lambda: insert(minutes, **apart[name])) == (EXCLUSION, name)


@pytest.mark.parametrize(("name", "minutes"), [(PRACTITIONER, 65), (ROOM, 65), (PATIENT, 45)])
def test_touching_runs_are_apart(insert: Insert, apart: dict[str, dict[str, Any]], name: str, minutes: int) -> None:
    """The buffers bind practitioner and room; the patient is bound by the bare visit (R1)."""
    insert()
    assert refused_by(lambda: insert(minutes - 1, **apart[name])) == (EXCLUSION, name)
    assert refused_by(lambda: insert(1 - minutes, **apart[name])) == (EXCLUSION, name)
    insert(minutes, **apart[name])
    insert(-minutes, **apart[name])


def test_a_hold_without_patient_takes_practitioner_and_room_only(
    insert: Insert, cast: Cast, apart: dict[str, dict[str, Any]]
) -> None:
    hold = {"status": "held", "patient_id": None, "hold_expires_at": cast.now, "booked_at": None}
    insert(**hold)
    insert(**{**hold, **apart[PATIENT]})
    assert refused_by(lambda: insert(**{**hold, "practitioner_id": cast.masseur.pk})) == (EXCLUSION, ROOM)


def change(row: UUID, **columns: Any) -> None:
    with connection.cursor() as cursor:
        sets = ", ".join(f"{name} = %s" for name in columns)
        cursor.execute(f"UPDATE appointments_appointment SET {sets} WHERE id = %s", [*columns.values(), row])


def walk(row: UUID, to: Status, now: datetime) -> None:
    """Take a row to a state by the shortest way of the lifecycle, from where it was born."""
    paths: dict[Status, list[Status]] = {Status.BOOKED: [], Status.HELD: []}
    while to not in paths:
        paths |= {
            step: [*paths[source], step]
            for step, facts in STEPS.items()
            for source in facts.sources
            if source in paths and step not in paths
        }
    for step in paths[to]:
        cancelled = {"cancelled_at": now, "cancel_reason": "ill"} if step is Status.CANCELLED else {}
        change(row, status=step.value, **cancelled)


@pytest.mark.parametrize("status", list(Status))
def test_only_blocking_states_take_time(insert: Insert, cast: Cast, status: Status) -> None:
    held = {"status": "held", "hold_expires_at": cast.now}
    row = insert(**held if status in HOLD_STATUSES else {})
    walk(row, status, cast.now)
    if status in BLOCKING_STATUSES:
        state, name = refused_by(insert)
        assert (state, name in {PRACTITIONER, ROOM, PATIENT}) == (EXCLUSION, True)
    else:
        insert()


@pytest.mark.parametrize(("column", "value"), [("occupied_from", "-infinity"), ("occupied_until", "infinity")])
def test_time_without_end_is_refused(insert: Insert, column: str, value: str) -> None:
    """It breaks several constraints; the first in the order of names speaks."""
    assert refused_by(lambda: insert(**{column: value})) == (CHECK, f"appointment_{column}_is_a_whole_minute")


@pytest.mark.parametrize("year", [1999, 2200])
def test_far_away_times_are_refused(insert: Insert, cast: Cast, year: int) -> None:
    away = datetime(year, 6, 1, tzinfo=UTC) - ten(cast)
    assert refused_by(lambda: insert(away // MINUTE)) == (CHECK, "appointment_times_are_finite")


@pytest.mark.parametrize(
    ("begin", "start", "end", "until"),
    [
        (0, 0, 0, 0),  # empty
        (0, 0, 0, 10),  # an empty visit with a buffer
        (0, 30, 0, 30),  # backwards
        (10, 0, 30, 30),  # the visit begins before the room is its own
        (0, 0, 30, 20),  # and ends after
        (0, 0, 30, 24 * 60 + 1),  # more than a day
    ],
)
def test_times_out_of_order_are_refused(
    insert: Insert, cast: Cast, begin: int, start: int, end: int, until: int
) -> None:
    times = {"occupied_from": begin, "starts_at": start, "ends_at": end, "occupied_until": until}
    changes = {name: ten(cast) + minutes * MINUTE for name, minutes in times.items()}
    assert refused_by(lambda: insert(**changes)) == (CHECK, "appointment_times_in_order")


def test_a_whole_day_is_the_longest(insert: Insert, cast: Cast) -> None:
    begin, end = ten(cast), ten(cast) + timedelta(hours=24)
    insert(occupied_from=begin, starts_at=begin, ends_at=end, occupied_until=end)


@pytest.mark.parametrize("column", ["occupied_from", "starts_at", "ends_at", "occupied_until"])
@pytest.mark.parametrize("excess", [timedelta(seconds=1), timedelta(microseconds=1)])
def test_seconds_are_refused(insert: Insert, column: str, excess: timedelta) -> None:
    row = insert()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM appointments_appointment WHERE id = %s", [row])
        [before] = cursor.fetchone()
    # Away from the others, so that the order of the instants stays.
    moved = before + excess * (1 if column in ("starts_at", "occupied_until") else -1)
    assert refused_by(lambda: change(row, **{column: moved})) == (CHECK, f"appointment_{column}_is_a_whole_minute")


TIMES = "(occupied_from, starts_at, ends_at, occupied_until)"
SWAP = f"""
    UPDATE appointments_appointment a SET {TIMES} = (SELECT b.occupied_from, b.starts_at, b.ends_at, b.occupied_until
        FROM appointments_appointment b WHERE b.id = ANY(%(ids)s) AND b.id <> a.id)
    WHERE a.id = ANY(%(ids)s)
"""


def test_two_visits_swap_in_one_statement(insert: Insert) -> None:
    """Deferrable, so that rows are judged when the statement ends (R5), and not later than that."""
    ids = [insert(), insert(120)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SWAP, {"ids": ids})
        cursor.execute("SELECT id FROM appointments_appointment ORDER BY starts_at")
        assert [row for (row,) in cursor.fetchall()] == ids[::-1]


def test_the_three_are_deferrable_and_judge_at_once(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conname, condeferrable, condeferred FROM pg_constraint
               WHERE contype = 'x' AND conrelid = 'appointments_appointment'::regclass ORDER BY 1"""
        )
        assert cursor.fetchall() == [(name, True, False) for name in sorted((PRACTITIONER, ROOM, PATIENT))]
