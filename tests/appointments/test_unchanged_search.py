"""A calendar that has not changed is not worked out again: entity tags of listSlots, and 304."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from backend.appointments.api import search as api_search
from backend.appointments.availability import calendars, gather, search
from backend.appointments.queries.slots import find_slots
from backend.clinics.models import Clinic, ClinicService, Closure, Room
from backend.practitioners.models import Practitioner, TimeOff
from tests.api_client import ApiClient
from tests.appointments.calls import HOLDS, VISITS, api, book, made, wish
from tests.appointments.rows import change
from tests.appointments.searching import slots
from tests.appointments.stopped_clock import stop_clock
from tests.appointments.test_query_counts import statements
from tests.cast import TUE, Cast

MONDAY_AT_EIGHT = datetime(2027, 1, 4, 15, 0, 20, tzinfo=UTC)  # in Coquitlam, and twenty seconds
WORK = [(calendars, "look"), (gather, "_read"), (search, "days"), (search, "lasting_days"), (search, "open_now")]


@pytest.fixture(autouse=True)
def _monday(db: None) -> None:
    stop_clock(MONDAY_AT_EIGHT)
    calendars.forget()


def query_of(cast: Cast, **more: Any) -> dict[str, Any]:
    day = cast.day(cast.coquitlam, TUE)
    return {"service": "massage", "clinic": cast.coquitlam.pk, "from_date": day, "to_date": day, **more}


def tag(client: ApiClient, **query: Any) -> str:
    answer = slots(client, **query)
    assert answer.status_code == 200, answer.json()
    return str(answer["ETag"])


def is_known(client: ApiClient, etag: str, **query: Any) -> bool:
    answer = client.get("/v1/slots", query, headers={"If-None-Match": etag})
    assert answer.status_code in (200, 304)
    assert answer.status_code == 200 or (answer.content == b"" and answer["ETag"] == etag)
    return bool(answer.status_code == 304)


@pytest.mark.parametrize("who", ["visitor", "patient"])
def test_an_answer_that_is_known_is_not_worked_out(cast: Cast, who: str) -> None:
    client = ApiClient() if who == "visitor" else api(cast.patient)
    query = query_of(cast)
    known = {"If-None-Match": tag(client, **query)}
    calendars.forget()  # another process may be asked
    never = AssertionError("nothing may be worked out")
    patches = [patch.object(home, name, side_effect=never) for home, name in WORK]
    for one in patches:
        one.start()
    try:
        sent = statements(lambda: client.get("/v1/slots", query, headers=known), 304)
    finally:
        for one in patches:
            one.stop()
    assert sent == (1 if who == "visitor" else 2)
    assert not is_known(client, '"0123456789abcdef"', **query)


def test_the_tag_is_of_the_caller_the_question_and_the_minute(cast: Cast) -> None:
    query, client = query_of(cast), api(cast.parent)
    mine = tag(client, **query)
    others = [
        tag(ApiClient(), **query),
        tag(api(cast.patient), **query),
        tag(client, **query, patient=cast.child.pk),
        tag(client, **query, view="days"),
        tag(client, **query, limit=7),
        tag(client, **{**query, "to_date": query["to_date"] + timedelta(days=1)}),
        tag(client, **{**query, "service": "physio-follow-up"}),
    ]
    assert len({mine, *others}) == 8
    assert is_known(client, mine, **query)
    stop_clock(MONDAY_AT_EIGHT + timedelta(seconds=39))
    assert is_known(client, mine, **query)
    stop_clock(MONDAY_AT_EIGHT + timedelta(seconds=40, microseconds=1))
    assert not is_known(client, mine, **query)


def _booked(cast: Cast) -> None:
    book(api(cast.stranger), wish(cast.massage, cast.coquitlam, cast.at(cast.coquitlam, TUE, "15:00")))


def _away(cast: Cast) -> None:
    day = cast.day(cast.coquitlam, TUE)
    TimeOff.objects.create(practitioner=cast.masseur, first_date=day, last_date=day, from_minute=0, until_minute=600)


def _closed(cast: Cast) -> None:
    day = cast.day(cast.coquitlam, TUE)
    Closure.objects.create(clinic=cast.coquitlam, first_date=day, last_date=day, from_minute=0, until_minute=600)


CHANGES: dict[str, Callable[[Cast], object]] = {
    "a visit": _booked,
    "time off": _away,
    "a closure": _closed,
    "notice": lambda cast: ClinicService.objects.filter(service=cast.massage).update(notice_minutes=20_000),
    "a practitioner gone": lambda cast: change(Practitioner.objects.get(pk=cast.masseur.pk), is_active=False),
    "a room out of order": lambda cast: Room.objects.filter(clinic=cast.coquitlam).update(is_active=False),
    "another length": lambda cast: change(cast.massage, after_minutes=25),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_the_answer_changes_the_tag(cast: Cast, what: str) -> None:
    client, query = api(cast.patient), query_of(cast)
    before = slots(client, **query)
    CHANGES[what](cast)
    after = slots(client, **query)
    assert before.json() != after.json()
    assert before["ETag"] != after["ETag"]
    assert not is_known(client, before["ETag"], **query)


def test_a_change_elsewhere_leaves_the_tag(cast: Cast) -> None:
    query = query_of(cast)
    before = tag(ApiClient(), **query)
    change(Clinic.objects.get(pk=cast.toronto.pk), notice_minutes=4321)
    change(cast.ims_treatment, after_minutes=25)
    assert is_known(ApiClient(), before, **query)


def test_a_hold_ends_without_a_change(cast: Cast) -> None:
    """Nothing is written when a hold runs out; the tag and what is kept know of it all the same."""
    query, visitor = query_of(cast), ApiClient()
    free = slots(visitor, **query).json()
    hold = made(
        api(cast.patient).post(HOLDS, wish(cast.massage, cast.coquitlam, cast.at(cast.coquitlam, TUE, "15:00")))
    )
    held = slots(visitor, **query)
    assert held.json() != free
    ends_at = datetime.fromisoformat(hold["expires_at"])
    stop_clock(ends_at - timedelta(microseconds=1))
    last = slots(visitor, **query)
    assert last.json() == held.json()
    stop_clock(ends_at)
    assert not is_known(visitor, last["ETag"], **query)
    assert slots(visitor, **query).json() == free
    stop_clock(ends_at - timedelta(microseconds=1))  # only a sandbox's clock goes back
    assert slots(visitor, **query).json() == held.json()


def test_the_search_for_a_visit_to_be_moved_is_tagged_by_its_answer(cast: Cast) -> None:
    client, query = api(cast.patient), query_of(cast)
    visit = book(client, wish(cast.massage, cast.coquitlam, cast.at(cast.coquitlam, TUE, "15:00")))
    moving = {**query, "appointment": visit["id"]}
    known = tag(client, **moving)
    assert is_known(client, known, **moving)
    stop_clock(MONDAY_AT_EIGHT + timedelta(minutes=5))
    assert is_known(client, known, **moving)


def test_next_starts_are_kept_too(cast: Cast) -> None:
    query = {"service": "massage", "count": 3}
    first = ApiClient().get("/v1/slots/next", query).json()
    start = first["results"][0]
    body = {"service_id": first["service_id"], "clinic_id": start["clinic_id"], "starts_at": start["starts_at"]}
    assert statements(lambda: ApiClient().get("/v1/slots/next", query)) == 1
    made(api(cast.stranger).post(VISITS, body, key=str(uuid.uuid4())))
    assert ApiClient().get("/v1/slots/next", query).json()["results"][0] != start


def test_the_same_answer_is_written_once_for_whom_it_is_and_in_its_language(cast: Cast) -> None:
    query = query_of(cast)
    visitor, patient = ApiClient(), api(cast.patient)
    first = slots(visitor, **query)
    with patch.object(api_search, "find_slots", side_effect=find_slots) as worked_out:
        again = slots(visitor, **query)
        assert (again.content, again["ETag"], worked_out.call_count) == (first.content, first["ETag"], 0)
        assert slots(patient, **query)["ETag"] != first["ETag"]
        assert slots(visitor, **query, view="days").json()["calendar"]
        stop_clock(MONDAY_AT_EIGHT + timedelta(minutes=1))
        assert slots(visitor, **query)["ETag"] != first["ETag"]
        assert worked_out.call_count == 3
