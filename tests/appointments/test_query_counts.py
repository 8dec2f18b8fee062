"""How many statements search and booking take: the same whatever is looked through (design: a constant number)."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.db.backends.utils import CursorWrapper

from backend.appointments.actions import take
from backend.clinics.models import Room
from backend.common.http.parsing import read_query_once
from backend.patients.models import Patient
from backend.practitioners.models import Credential, Offering, Practitioner, WorkingHours
from tests.api_client import ApiClient
from tests.appointments.calls import HOLDS, VISITS, api, book, wish
from tests.appointments.rows import add_visit
from tests.appointments.stopped_clock import stop_clock
from tests.cast import MON, TUE, Cast
from tests.policy.traces import undone

BEGIN_AND_COMMIT = 2  # here a savepoint, since the test itself is a transaction
MONDAY_AT_EIGHT = datetime(2027, 1, 4, 15, tzinfo=UTC)  # in Coquitlam


@pytest.fixture(autouse=True)
def _monday(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(MONDAY_AT_EIGHT)
    monkeypatch.setattr(take, "WAITED", 3600.0)  # on a busy machine it may look as if others had been at the locks


def statements(call: Callable[[], Any], status: int = 200) -> int:
    """How many a request sends, from the token to the answer, BEGIN and COMMIT aside."""
    sent: list[str] = []
    send: Any = CursorWrapper._execute  # type: ignore[attr-defined]

    def count(cursor: CursorWrapper, sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return send(cursor, sql, *rest)

    with undone(), patch.object(CursorWrapper, "_execute", count):
        answer = call()
    assert answer.status_code == status, answer.json()
    return len(sent) - BEGIN_AND_COMMIT * (status == 201)


def crowd(cast: Cast, count: int) -> list[Practitioner]:
    """Practitioners who give follow-ups at Coquitlam every Tuesday, with a visit each."""
    people = []
    room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    for number in range(count):
        someone = Practitioner.objects.create(given_name=str(number), family_name="-", title="-", title_fr="-")
        Offering.objects.create(practitioner=someone, clinic=cast.coquitlam, service=cast.physio_follow_up)
        WorkingHours.objects.create(
            practitioner=someone,
            clinic=cast.coquitlam,
            weekday=TUE,
            from_minute=540,
            until_minute=1020,
            valid_from=cast.now.date(),
        )
        Credential.objects.create(
            practitioner=someone,
            kind="registration",
            issuer="-",
            jurisdiction="CA",
            number=str(number),
            issued_on=cast.now.date(),
            valid_from=cast.now.date(),
            status="verified",
            verified_at=cast.now,
            verified_by=cast.owner,
        )
        add_visit(
            service=cast.physio_follow_up,
            practitioner=someone,
            room=room,
            patient=cast.stranger,
            starts_at=cast.at(cast.coquitlam, TUE, "00:00") + timedelta(minutes=30 * number),
        )
        people.append(someone)
    return people


@pytest.mark.parametrize("by_code", [False, True], ids=["by id", "by code"])
@pytest.mark.parametrize(("who", "cold", "warm"), [("visitor", 2, 1), ("patient", 3, 2)])
def test_search_takes_as_many_whatever_it_looks_through(
    cast: Cast, who: str, by_code: bool, cold: int, warm: int
) -> None:
    """Stamps, and the facts unless they are kept; before them the session of who is signed in."""
    client = ApiClient() if who == "visitor" else api(cast.patient)
    service = cast.physio_follow_up.code if by_code else cast.physio_follow_up.pk
    day = cast.day(cast.coquitlam, MON)
    people = crowd(cast, 20)
    one = {"service": service, "clinic": cast.coquitlam.pk, "practitioner": people[0].pk, "from_date": day}
    searches: list[dict[str, Any]] = [
        {**one, "to_date": day},
        {**one, "practitioner": [person.pk for person in people]},
        {**one, "to_date": day + timedelta(days=61), "limit": 100},
        {**one, "clinic": [cast.coquitlam.pk, cast.langley.pk, cast.toronto.pk]},
        {"service": service, "from_date": day, "to_date": day + timedelta(days=61), "limit": 100},
        {"service": service},
    ]
    for most in (cold, warm):
        assert {statements(partial(client.get, "/v1/slots", query)) for query in searches} == {most}


def test_a_new_caller_is_all_that_is_read_where_the_rest_is_kept(cast: Cast) -> None:
    query = {"service": cast.physio_follow_up.pk, "clinic": cast.coquitlam.pk}
    clients = [ApiClient(), api(cast.patient), api(cast.patient)]
    assert [statements(partial(client.get, "/v1/slots", query)) for client in clients] == [2, 3, 2]


def test_what_else_search_may_ask_adds_one_each(cast: Cast) -> None:
    """The patient who is named must be the caller's to see."""
    client, query = api(cast.parent), {"service": cast.massage.pk, "patient": cast.child.pk}
    assert [statements(partial(client.get, "/v1/slots", query)) for _ in range(2)] == [3 + 1, 2 + 1]
    desk = api(cast.desk_coquitlam)  # who is written down, besides
    assert [statements(partial(desk.get, "/v1/slots", query)) for _ in range(2)] == [2 + 2, 2 + 2]


@pytest.mark.parametrize(("path", "most"), [(VISITS, 12), (HOLDS, 14)])
def test_booking_takes_as_many_however_full_the_calendar_is(cast: Cast, path: str, most: int) -> None:
    body = wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, TUE, "15:00"))
    client = api(cast.patient)

    def count(**more: Any) -> int:
        return statements(lambda: client.post(path, {**body, **more}, key=str(uuid.uuid4())), 201)

    empty = count(), count(practitioner_id=str(cast.physio.pk))
    crowd(cast, 20)
    for number in range(10):
        Room.objects.create(clinic=cast.coquitlam, name=str(number), kind="treatment")
    assert {*empty, count(), count(practitioner_id=str(cast.physio.pk))} == {most}


def test_who_finds_a_start_taken_has_read_once(cast: Cast) -> None:
    """Session, budget, receipt's lock and look, facts; and three for the savepoint that stands for the transaction."""
    taken = wish(cast.massage, cast.coquitlam, cast.at(cast.coquitlam, TUE, "15:00"))
    assert api(cast.patient).post(VISITS, taken, key=str(uuid.uuid4())).status_code == 201
    again = partial(api(cast.parent).post, VISITS, taken, key=str(uuid.uuid4()))
    assert statements(again, 409) == 5 + 3


def a_visit(cast: Cast, who: Patient, time: str) -> str:
    start = cast.at(cast.coquitlam, TUE, time)
    return str(book(api(who), wish(cast.physio_follow_up, cast.coquitlam, start, practitioner_id=cast.physio))["id"])


@pytest.mark.parametrize(("step", "most"), [("reassign", 16), ("swap", 22)])
def test_who_moves_visits_takes_as_many_however_full_the_calendar_is(cast: Cast, step: str, most: int) -> None:
    one, other = a_visit(cast, cast.patient, "14:00"), a_visit(cast, cast.parent, "15:00")
    what = {"practitioner_id": str(cast.ims.pk)} if step == "reassign" else {"with_appointment_id": other}
    body, client = {**what, "reason": "Ill"}, api(cast.desk_coquitlam)

    def count() -> int:
        return statements(lambda: client.post(f"{VISITS}/{one}/{step}", body, key=str(uuid.uuid4())))

    empty = count()
    crowd(cast, 20)
    for number in range(10):
        Room.objects.create(clinic=cast.coquitlam, name=str(number), kind="treatment")
    assert {empty, count()} == {most}


def test_a_day_of_visits_is_looked_at_as_often_as_one(cast: Cast) -> None:
    """Services, not visits, make the difference."""
    day = cast.at(cast.coquitlam, TUE, "00:00")
    body = {"from_at": day.isoformat(), "until_at": (day + timedelta(days=1)).isoformat(), "reason": "Ill"}
    client, path = api(cast.desk_coquitlam), f"/v1/practitioners/{cast.physio.pk}/reassign"

    def count() -> int:
        return statements(lambda: client.call("POST", path, body, query={"dry_run": "true"}))

    a_visit(cast, cast.patient, "14:00")
    few = count()
    for time in ("09:00", "10:00", "15:00", "16:00"):
        a_visit(cast, cast.parent, time)
    assert (few, count()) == (7, 7)


def test_a_series_takes_as_many_however_long_it_is(cast: Cast) -> None:
    """Session, budget, receipt's lock and look, facts; the door, facts and one for all rows; receipt and answer."""
    client = api(cast.patient)

    def count(visits: int) -> int:
        days = [cast.at(cast.coquitlam, TUE, "15:00", week=1 + week) for week in range(visits)]
        wanted = [{"starts_at": day.isoformat(), "clinic_id": str(cast.coquitlam.pk)} for day in days]
        body = {"service_id": str(cast.physio_follow_up.pk), "visits": wanted}
        return statements(lambda: client.post("/v1/series", body, key=str(uuid.uuid4())), 201)

    assert {count(1), count(5), count(20)} == {12}


def test_a_plan_reads_once(cast: Cast) -> None:
    """Session, budget with its savepoint, clock and facts."""
    client = api(cast.patient)
    where = {"service_id": str(cast.physio_follow_up.pk), "clinic_ids": [str(cast.coquitlam.pk)]}

    def count(visits: int) -> int:
        body = {**where, "count": visits, "min_gap_days": 7, "max_gap_days": 14}
        return statements(lambda: client.post("/v1/series/plan", body))

    assert {count(2), count(20)} == {5}


def test_the_query_of_a_search_is_read_once_and_that_of_a_list_of_visits_is_not_kept(cast: Cast) -> None:
    client = api(cast.patient)
    before = read_query_once.cache_info()
    for _ in range(3):
        assert client.get("/v1/slots", {"service": cast.physio_follow_up.code, "limit": 9}).status_code == 200
        assert client.get(VISITS, {"limit": 9}).status_code == 200
    after = read_query_once.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)
