"""After a change of the law of clocks, visits are where the wall clock promised them; nobody is lost on the way."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from backend.appointments.actions import resolve_timezones as action
from backend.appointments.actions.door import Patience, lock_key
from backend.appointments.actions.resolve_timezones import Resolution, resolve_timezones
from backend.appointments.models import Appointment, Transition
from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic, Room
from backend.common.walltime import promised, zone
from backend.events.models import DomainEvent
from backend.tasks.models import Task
from tests.appointments.calls import VISITS, api, book, wish
from tests.appointments.old_zones import old_law
from tests.appointments.rows import TERMS, add_visit, copy_in
from tests.appointments.stopped_clock import stop_clock
from tests.cast import Cast

OCTOBER = datetime(2026, 10, 20, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
OldLaw = Callable[..., AbstractContextManager[None]]
Add = Callable[..., Appointment]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _october(db: None) -> None:
    stop_clock(OCTOBER)


@pytest.fixture
def old(tmp_path: Path) -> OldLaw:
    """British Columbia as it was until 2026: clocks change like those of Los Angeles."""
    return partial(old_law, tmp_path, "America/Vancouver", "America/Los_Angeles")


@pytest.fixture
def add(cast: Cast) -> Add:
    """A visit at Coquitlam in the massage room, or elsewhere; `at` is by the clock on the wall just now."""

    def add(at: str, *, fold: int = 0, **more: Any) -> Appointment:
        room = more.setdefault("room", Room.objects.get(clinic=cast.coquitlam, kind="massage"))
        starts_at = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(room.clinic.timezone), fold=fold)
        usual = {"service": cast.massage, "practitioner": cast.masseur, "patient": cast.patient}
        return add_visit(starts_at=starts_at.astimezone(UTC), **usual | more)

    return add


def report(**options: Any) -> str:
    out = StringIO()
    call_command("resolve_timezones", stdout=out, **options)
    return out.getvalue()


def everything() -> Any:
    models = (Appointment, Transition, DomainEvent, AuditEntry, Task)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def moved(before: Appointment) -> timedelta:
    """How far all four instants have moved since, the promise being the same."""
    now = Appointment.objects.get(pk=before.pk)
    assert now.local_start == before.local_start
    names = ("occupied_from", "starts_at", "ends_at", "occupied_until")
    by: timedelta
    [by] = {getattr(now, name) - getattr(before, name) for name in names}
    return by


def keeps_promise(visit: Appointment) -> bool:
    visit.refresh_from_db()
    return promised(visit.starts_at, zone(visit.timezone)).local_start == visit.local_start


def test_without_a_change_of_law_nothing_moves(cast: Cast, add: Add) -> None:
    room = Room.objects.filter(clinic=cast.toronto)[0]
    for day in ("2026-11-01", "2027-03-14"):
        for time in ("00:15", "00:45", "03:00", "09:00", "15:30", "23:45"):
            add(f"{day}T{time}", room=room)
    for fold in (0, 1):
        add("2026-11-01T01:30", room=room, fold=fold)  # the hour that comes twice
    was = everything()
    assert resolve_timezones() == Resolution()
    assert everything() == was


def test_nine_in_vancouver_stays_nine(cast: Cast, add: Add, old: OldLaw) -> None:
    with old():
        autumn, spring = add("2026-10-31T09:00"), add("2027-03-15T09:00")
        night = [add("2026-10-31T23:45"), add("2026-11-01T00:45"), add("2026-11-01T01:45")]
        winter = [add(f"2026-11-01T{time}") for time in ("02:15", "09:00", "15:30", "23:45")]
        winter += [add(f"2027-03-13T{time}") for time in ("09:00", "23:45")]
        client = api(cast.patient)
        seen = client.get(f"{VISITS}/{winter[1].pk}").json()
        assert (seen["starts_at"], seen["local_start"]) == ("2026-11-01T09:00:00-08:00", "2026-11-01T09:00")
    before = everything()
    assert f"America/Vancouver: {len(winter)} visits by -60 minutes, 2026-11-01 to 2027-03-13" in report(dry_run=True)
    assert everything() == before
    text = report(verbosity=2)
    assert f"{len(winter)} visits moved, 0 left." in text
    assert f"{winter[1].pk}  2026-11-01T09:00 America/Vancouver" in text
    assert [moved(visit) for visit in winter] == [-HOUR] * len(winter)
    assert [moved(visit) for visit in (autumn, spring, *night)] == [timedelta()] * 5
    seen = client.get(f"{VISITS}/{winter[1].pk}").json()
    assert (seen["starts_at"], seen["local_start"]) == ("2026-11-01T09:00:00-07:00", "2026-11-01T09:00")
    after = everything()
    assert resolve_timezones() == Resolution()
    assert everything() == after


def test_it_is_written_down_once(cast: Cast, add: Add, old: OldLaw) -> None:
    with old():
        visit = add("2026-12-01T09:00")
    resolve_timezones()
    visit.refresh_from_db()
    assert (visit.version, visit.revision, visit.moves_by_patient) == (2, 1, 0)
    [entry] = api(cast.desk_coquitlam).get(f"{VISITS}/{visit.pk}/history").json()["results"]
    assert (entry["what"], entry["by"], entry["status"]) == ("clock_changed", "system", "booked")
    [change] = entry["changes"]
    texts = [f"2026-12-01T09:00:00{offset}" for offset in ("-08:00", "-07:00")]
    assert (change["field"], change["before"], change["after"]) == ("starts_at", *texts)
    [event] = DomainEvent.objects.filter(subject_id=visit.pk)
    told = {name: event.payload[name] for name in ("starts_at", "previous_starts_at", "revision")}
    instants = {"starts_at": "2026-12-01T16:00:00Z", "previous_starts_at": "2026-12-01T17:00:00Z"}
    assert (event.type, told) == ("appointment.retimed.v1", instants | {"revision": 1})
    [deed] = AuditEntry.objects.filter(subject_id=visit.pk, action="appointment.retimed")
    assert (deed.before, deed.after) == ({"starts_at": texts[0]}, {"starts_at": texts[1]})


def test_a_packed_day_moves_as_one(cast: Cast, add: Add, old: OldLaw) -> None:
    """Each goes to where its neighbour is, by practitioner, room and patient in turn."""
    rooms = Room.objects.filter(clinic=cast.coquitlam)[:2]
    people = (cast.physio, cast.ims)
    with old():
        visits = [
            add(
                f"2026-12-01T{9 + n // 2:02}:{n % 2 * 30:02}",
                practitioner=people[n // 2 % 2],
                room=rooms[n // 4 % 2],
                patient=(cast.patient, cast.parent)[n % 2],
            )
            for n in range(16)
        ]
    found = resolve_timezones()
    assert (len(found.moved), found.left, found.missed) == (16, [], [])
    assert [moved(visit) for visit in visits] == [-HOUR] * 16


def test_two_may_take_each_others_time(cast: Cast, add: Add) -> None:
    """The law of two zones changes at once, and one practitioner works in both."""
    near, far = add("2026-12-01T10:00"), add("2026-12-01T09:00", patient=cast.parent)
    Appointment.objects.filter(pk=near.pk).update(local_start="2026-12-01T09:00")
    Appointment.objects.filter(pk=far.pk).update(local_start="2026-12-01T11:00", timezone="America/Regina")
    assert len(resolve_timezones().moved) == 2
    assert keeps_promise(near)
    assert keeps_promise(far)


def test_who_cannot_go_is_left_and_told_to_the_desk(cast: Cast, add: Add, old: OldLaw) -> None:
    with old():
        promised_first, next_one = add("2026-12-01T09:00"), add("2026-12-01T10:00", patient=cast.parent)
    newcomer = add("2026-12-01T09:00", patient=cast.stranger)
    text = report()
    assert f"LEFT {promised_first.pk}  2026-12-01T09:00 America/Vancouver: overlaps {newcomer.pk}" in text
    # Who was to move to where the first still is must wait too.
    assert f"LEFT {next_one.pk}  2026-12-01T10:00 America/Vancouver: overlaps {promised_first.pk}" in text
    assert [moved(visit) for visit in (promised_first, next_one, newcomer)] == [timedelta()] * 3
    todo = api(cast.desk_coquitlam).get("/v1/tasks", {"kind": "visit_time_conflict"}).json()["results"]
    assert {task["appointment_id"] for task in todo} == {str(promised_first.pk), str(next_one.pk)}
    assert all(task["is_urgent"] for task in todo)
    was = everything()
    assert report() == text
    assert everything() == was
    answer = api(cast.desk_coquitlam).post(f"{VISITS}/{newcomer.pk}/cancel", {"reason_code": "clinic"})
    assert answer.status_code == 200, answer.content
    assert len(resolve_timezones().moved) == 2
    assert keeps_promise(promised_first)
    assert keeps_promise(next_one)
    assert set(Task.objects.values_list("status", flat=True)) == {"done"}


def test_an_hour_that_no_longer_comes_twice(cast: Cast, add: Add, old: OldLaw) -> None:
    """Both were promised 1:30; who booked first has it."""
    with old():
        first, second = (add("2026-11-01T01:30", fold=fold) for fold in (0, 1))
    [left] = resolve_timezones().left
    assert (left.row.id, left.in_the_way) == (second.pk, frozenset({first.pk}))


def test_a_time_that_no_longer_exists(cast: Cast, add: Add, tmp_path: Path) -> None:
    Clinic.objects.filter(pk=cast.toronto.pk).update(timezone="America/New_York")
    room = Room.objects.filter(clinic=cast.toronto)[0]
    with old_law(tmp_path, "America/New_York", "America/Panama"):  # as if New York had only begun to change its clocks
        gone, later = add("2027-03-14T02:30", room=room), add("2027-03-14T09:00", room=room)
        evening, twice = add("2027-03-13T23:45", room=room), add("2026-11-01T01:30", room=room)
    assert f"LEFT {gone.pk}  2027-03-14T02:30 America/New_York: the clock never reads that" in report()
    assert [moved(visit) for visit in (gone, later, evening, twice)] == [timedelta(), -HOUR, timedelta(), timedelta()]
    assert Task.objects.get().text.count("no such time") == 1


def test_what_has_begun_or_ended_stays(cast: Cast, add: Add, old: OldLaw) -> None:
    with old():
        over = add("2026-12-01T09:00", status="completed")
        called_off = add("2026-12-01T11:00", status="cancelled")
        begun, to_come = add("2026-12-01T13:00", status="in_progress"), add("2026-12-01T14:30")
    stop_clock(datetime.fromisoformat("2026-12-01T13:15-08:00"))
    resolve_timezones()
    assert [moved(visit) for visit in (over, called_off, begun)] == [timedelta()] * 3
    # By the old law it is yet to come, by the new one it began a quarter ago. It is where it was promised.
    assert moved(to_come) == -HOUR


def test_a_hold_of_the_old_law_is_released(cast: Cast, add: Add, old: OldLaw) -> None:
    with old():
        held, visit = add("2026-12-01T09:00", status="held"), add("2026-12-01T10:00")
    fresh = add("2026-12-01T14:00", status="held")
    assert "1 visits by -60 minutes" in report(dry_run=True)
    assert "1 holds released" in report()
    statuses = dict(Appointment.objects.values_list("pk", "status"))
    assert statuses == {held.pk: "expired", visit.pk: "booked", fresh.pk: "held"}
    assert keeps_promise(visit)


def test_booked_by_the_old_law_and_moved_by_the_new(cast: Cast, old: OldLaw) -> None:
    """Over HTTP from end to end: search, book, the change, and the visit can be moved on."""
    client = api(cast.patient)
    with old():
        at = datetime.fromisoformat("2026-12-01T09:00-08:00")
        visit = book(client, wish(cast.physio_follow_up, cast.coquitlam, at))
        assert visit["starts_at"] == "2026-12-01T09:00:00-08:00"
    resolve_timezones()
    visit = client.get(f"{VISITS}/{visit['id']}").json()
    assert (visit["starts_at"], visit["local_start"]) == ("2026-12-01T09:00:00-07:00", "2026-12-01T09:00")
    asked = {"starts_at": "2026-12-01T10:00:00-07:00"}
    answer = client.post(f"{VISITS}/{visit['id']}/reschedule", asked, key="k", if_match=visit["etag"])
    assert answer.json()["local_start"] == "2026-12-01T10:00"


def test_who_is_being_changed_is_left_to_another_run(
    cast: Cast, add: Add, old: OldLaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    with old():
        visit = add("2026-12-01T09:00")
    monkeypatch.setattr(action, "_ROUNDS", 1)
    monkeypatch.setattr(action, "Patience", partial(Patience, 0))
    settings = connection.get_connection_params()
    known = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if settings.get(name)}
    with psycopg.connect(**known) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key(cast.masseur.pk)])
        with pytest.raises(CommandError, match="1 visits were being changed"):
            report()
    assert moved(visit) == timedelta()
    report()
    assert moved(visit) == -HOUR


def drifted() -> list[Appointment]:
    return [
        row for row in Appointment.objects.all() if promised(row.starts_at, zone(row.timezone))[0] != row.local_start
    ]


def winter_starts(first: date, last: date) -> Iterator[datetime]:
    """Every half hour from 9 to 17 by the clock on the wall."""
    where = ZoneInfo("America/Vancouver")
    for day in range((last - first).days + 1):
        morning = datetime.combine(first + timedelta(day), datetime.min.time(), where)
        yield from (morning.replace(hour=9 + n // 2, minute=n % 2 * 30) for n in range(16))


def test_ten_thousand_winter_visits(cast: Cast, old: OldLaw) -> None:
    clinic: Clinic = cast.coquitlam
    lanes = [
        (practitioner, Room.objects.create(clinic=clinic, name=f"Lane {n}", kind="treatment"), patient)
        for n, (practitioner, patient) in enumerate(
            zip(
                (cast.ims, cast.physio, cast.masseur, cast.langley_physio, cast.toronto_ims),
                (cast.patient, cast.parent, cast.child, cast.stranger, cast.other_child),
                strict=True,
            )
        )
    ]
    with old():
        starts = list(winter_starts(date(2026, 10, 27), date(2027, 3, 16)))
        rows = [a_visit(cast, clinic, lane, at) for at in starts for lane in lanes]
        copy_in(rows)
    winter = sum(
        row.starts_at.astimezone(ZoneInfo("America/Vancouver")).hour != int(row.local_start[11:13]) for row in rows
    )
    assert winter > 10_000
    began = perf_counter()
    found = resolve_timezones()
    print(f"{winter} visits in {perf_counter() - began:.1f} s")  # noqa: T201 - with -s
    assert (len(found.moved), found.left, found.missed) == (winter, [], [])
    assert all(one.by == -HOUR for one in found.moved)
    assert Transition.objects.count() == DomainEvent.objects.count() == winter
    drifted = [
        row.pk for row in Appointment.objects.all() if promised(row.starts_at, zone(row.timezone))[0] != row.local_start
    ]
    assert drifted == []
    assert resolve_timezones() == Resolution()


def a_visit(cast: Cast, clinic: Clinic, lane: Any, at: datetime) -> Appointment:
    practitioner, room, patient = lane
    begin, end = at.astimezone(UTC), at.astimezone(UTC) + timedelta(minutes=30)
    return Appointment(
        service=cast.physio_follow_up,
        practitioner=practitioner,
        clinic=clinic,
        room=room,
        patient=patient,
        status="booked",
        booked_at=cast.now,
        occupied_from=begin,
        starts_at=begin,
        ends_at=end,
        occupied_until=end,
        local_start=at.isoformat()[:16],
        timezone=clinic.timezone,
        **TERMS,
    )
