"""Reading visits over HTTP: lists, pages, single visits, and what need not be sent again."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.clinics.enums import Weekday
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, faults, refusal, travel, wish
from tests.appointments.rows import add_visit
from tests.cast import MON, THU, TUE, WED, Cast


def ids(client: ApiClient, **query: Any) -> list[str]:
    answer = client.get(VISITS, query)
    assert answer.status_code == 200, answer.content
    return [visit["id"] for visit in answer.json()["results"]]


def pages(client: ApiClient, **query: Any) -> list[str]:
    """The ids of all pages, one after the other."""
    found, cursor = [], None
    while True:
        answer = client.get(VISITS, {**query, **({"cursor": cursor} if cursor else {})}).json()
        found += [visit["id"] for visit in answer["results"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            return found
        assert len(answer["results"]) == query["limit"], "only the last page is short"


def add(cast: Cast, weekday: Weekday, time: str, status: str = "booked", **more: Any) -> str:
    """A visit of `patient` at Coquitlam in the week after next, in any state."""
    facts = {"patient": cast.patient, "practitioner": cast.physio, "service": cast.physio_follow_up, **more}
    room = facts.pop("room", None) or cast.coquitlam.rooms.order_by("name")[0]
    start = cast.at(room.clinic, weekday, time, week=2)
    return str(add_visit(room=room, starts_at=start, status=status, **facts).pk)


def test_upcoming_and_past_share_out_all_visits(cast: Cast) -> None:
    """Upcoming: not over, not called off. The middle of a visit is still upcoming."""
    client, now = api(cast.patient), cast.at(cast.coquitlam, TUE, "10:10", week=2)
    for status in (Status.HELD, Status.EXPIRED):
        add(cast, MON, f"{14 + len(status)}:00", status)
    over = [add(cast, MON, time, status) for time, status in (("09:00", "completed"), ("10:00", "no_show"))]
    missed = [add(cast, MON, "11:00")]
    running = [add(cast, TUE, "10:00", "in_progress"), add(cast, TUE, "10:30", "checked_in")]
    called_off = [add(cast, WED, "09:00", "cancelled")]
    to_come = [add(cast, WED, "10:00", "confirmed"), add(cast, THU, "10:00")]
    travel(to=now)
    assert ids(client, when="upcoming") == [*running, *to_come]
    assert ids(client, when="past") == [*called_off, *reversed(over + missed)]
    assert set(ids(client)) == {*over, *missed, *running, *called_off, *to_come}
    travel(to=now + timedelta(minutes=20))
    assert ids(client, when="upcoming") == [*running[1:], *to_come], "it ends at half past"


def test_filters_narrow_and_several_values_mean_any_of_them(cast: Cast) -> None:
    desk = api(cast.owner)
    tuesday, wednesday = (cast.day(cast.coquitlam, weekday, week=2) for weekday in (TUE, WED))
    langley = cast.langley.rooms.order_by("name")[0]
    first = add(cast, MON, "09:00")
    by_ims = add(cast, TUE, "09:00", "confirmed", practitioner=cast.ims)
    of_child = add(cast, WED, "09:00", "cancelled", patient=cast.child)
    at_langley = add(cast, THU, "09:00", practitioner=cast.langley_physio, patient=cast.stranger, room=langley)
    everything = [first, by_ims, of_child, at_langley]
    for query, wanted in (
        ({}, everything),
        ({"clinic": cast.langley.pk}, [at_langley]),
        ({"clinic": [cast.langley.pk, cast.coquitlam.pk]}, everything),
        ({"clinic": cast.toronto.pk}, []),
        ({"practitioner": cast.ims.pk}, [by_ims]),
        ({"practitioner": [cast.ims.pk, cast.langley_physio.pk]}, [by_ims, at_langley]),
        ({"patient": cast.child.pk}, [of_child]),
        ({"status": "cancelled"}, [of_child]),
        ({"status": ["cancelled", "confirmed"]}, [by_ims, of_child]),
        ({"practitioner": cast.physio.pk, "status": "booked"}, [first]),
        ({"from_date": wednesday}, [of_child, at_langley]),
        ({"to_date": tuesday}, [first, by_ims]),
        ({"from_date": tuesday, "to_date": tuesday}, [by_ims]),
        ({"when": "upcoming", "clinic": cast.coquitlam.pk}, [first, by_ims]),
    ):
        assert set(ids(desk, **query)) == set(wanted), query


def test_dates_are_those_of_the_clinics_wall(cast: Cast) -> None:
    """A visit at 18:30 in Coquitlam is on the next day already by UTC."""
    evening = add(cast, MON, "18:30")
    monday, tuesday = (cast.day(cast.coquitlam, weekday, week=2) for weekday in (MON, TUE))
    assert ids(api(cast.patient), from_date=monday, to_date=monday) == [evening]
    assert ids(api(cast.patient), from_date=tuesday) == []


@pytest.mark.parametrize("query", [{}, {"when": "upcoming"}, {"updated_since": "2020-01-01T00:00:00Z"}])
def test_pages_join_into_the_whole_list(cast: Cast, query: dict[str, str]) -> None:
    made = [add(cast, weekday, f"{hour}:00") for weekday in (MON, TUE) for hour in (9, 10, 11)]
    # Two at the same start: the id decides, and nothing is skipped or shown twice.
    made.append(add(cast, MON, "09:00", patient=cast.child, practitioner=cast.ims, room=_second_room(cast)))
    desk = api(cast.desk_coquitlam)
    whole = ids(desk, **query)
    assert sorted(whole) == sorted(made)
    for limit in (1, 2, 3, 7):
        assert pages(desk, limit=limit, **query) == whole


def _second_room(cast: Cast) -> Any:
    return cast.coquitlam.rooms.order_by("name")[1]


def test_a_page_goes_on_where_the_last_one_ended_though_rows_came_and_went(cast: Cast) -> None:
    first, second, third = (add(cast, MON, time) for time in ("10:00", "11:00", "12:00"))
    client = api(cast.patient)
    page = client.get(VISITS, {"when": "upcoming", "limit": 1}).json()
    assert [visit["id"] for visit in page["results"]] == [first]
    add(cast, MON, "09:00")
    Appointment.objects.filter(pk=second).update(status="cancelled", cancelled_at=cast.now, cancel_reason="other")
    rest = client.get(VISITS, {"when": "upcoming", "limit": 1, "cursor": page["next_cursor"]}).json()
    assert [visit["id"] for visit in rest["results"]] == [third]


def test_a_cursor_is_good_for_its_own_list_only(cast: Cast) -> None:
    for time in ("10:00", "11:00"):
        add(cast, MON, time)
    client = api(cast.patient)
    cursor = client.get(VISITS, {"when": "upcoming", "limit": 1}).json()["next_cursor"]
    for query in ({"when": "past"}, {}, {"when": "upcoming", "clinic": str(cast.coquitlam.pk)}):
        refused = client.get(VISITS, {**query, "cursor": cursor})
        assert refusal(refused) == (400, "cursor_invalid")
    flipped = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    assert refusal(client.get(VISITS, {"when": "upcoming", "cursor": flipped})) == (400, "cursor_invalid")
    assert len(ids(client, when="upcoming", cursor=cursor, limit=100)) == 1, "another limit is no other list"


def test_a_client_that_syncs_sees_each_change_and_nothing_vanishes(cast: Cast) -> None:
    client = api(cast.patient)
    first, second = (add(cast, MON, time) for time in ("10:00", "11:00"))
    travel(by=timedelta(hours=1))
    known = client.get(f"{VISITS}/{first}").json()["updated_at"]
    since = (datetime.fromisoformat(known) + timedelta(minutes=1)).isoformat()
    assert ids(client, updated_since=since) == []
    assert client.post(f"{VISITS}/{second}/confirm").status_code == 200
    assert ids(client, updated_since=since) == [second]
    travel(by=timedelta(hours=1))
    assert client.post(f"{VISITS}/{first}/cancel", {"reason_code": "other"}).status_code == 200
    changed = client.get(VISITS, {"updated_since": since}).json()["results"]
    assert [(visit["id"], visit["status"]) for visit in changed] == [(second, "confirmed"), (first, "cancelled")]


def test_a_list_shows_what_a_single_visit_shows(cast: Cast) -> None:
    """Names are included, so one call fills a screen; the etag of an item is good for If-Match."""
    visit = add(cast, MON, "10:00")
    client = api(cast.patient)
    [listed] = client.get(VISITS).json()["results"]
    single = client.get(f"{VISITS}/{visit}").json()
    assert listed == single
    assert (listed["clinic"]["name"], listed["practitioner"]["name"]) == ("Coquitlam", "Physio Test")
    confirmed = client.post(f"{VISITS}/{visit}/confirm", if_match=listed["etag"])
    assert confirmed.status_code == 200


def test_what_is_known_need_not_be_sent_again(cast: Cast) -> None:
    visit = add(cast, MON, "10:00")
    client, path = api(cast.patient), f"{VISITS}/{visit}"
    answer = client.get(path)
    tag = answer["ETag"]
    assert tag == answer.json()["etag"]
    assert answer["Cache-Control"] == "no-store", "health care is nobody's cache's business"
    known = client.get(path, headers={"If-None-Match": tag})
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": f'W/{tag}, "x"'}).status_code == 304
    client.post(f"{path}/confirm")
    changed = client.get(path, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["status"]) == (200, "confirmed")
    assert changed["ETag"] != tag


def test_a_visit_whose_fee_has_changed_with_time_is_sent_again(cast: Cast) -> None:
    """The tag covers the whole answer; If-Match compares the version alone."""
    client = api(cast.patient)
    at = cast.at(cast.coquitlam, MON, "10:00", week=2)
    visit = book(client, wish(cast.physio_follow_up, cast.coquitlam, at))
    path = f"{VISITS}/{visit['id']}"
    travel(to=at - timedelta(hours=1))
    later = client.get(path, headers={"If-None-Match": visit["etag"]})
    assert (later.status_code, later.json()["fee_if_now_minor"]) == (200, 5_000)
    assert client.post(f"{path}/confirm", if_match=visit["etag"]).status_code == 200


def test_can_be_cancelled_is_what_cancelling_would_say(cast: Cast) -> None:
    visit = add(cast, MON, "10:00", practitioner=cast.physio)
    path = f"{VISITS}/{visit}"
    for who, may in ((cast.patient, True), (cast.desk_coquitlam, True), (cast.physio, False)):
        assert api(who).get(path).json()["can_be_cancelled"] is may
    travel(to=cast.at(cast.coquitlam, MON, "10:00", week=2))
    assert api(cast.patient).get(path).json()["can_be_cancelled"] is False


def test_dates_in_the_wrong_order_are_an_empty_list(cast: Cast) -> None:
    add(cast, MON, "10:00")
    monday, tuesday = (cast.day(cast.coquitlam, weekday, week=2) for weekday in (MON, TUE))
    assert ids(api(cast.patient), from_date=tuesday, to_date=monday) == []


def test_odd_filters_are_refused_with_their_name(cast: Cast) -> None:
    client = api(cast.patient)
    for query, pointer in (
        ({"when": "soon"}, "?when"),
        ({"status": "held"}, "?status"),
        ({"clinic": "coquitlam"}, "?clinic"),
        ({"from_date": "2026-02-30"}, "?from_date"),
        ({"updated_since": "2026-11-02T09:00:00"}, "?updated_since"),
    ):
        answer = client.get(VISITS, query)
        assert refusal(answer) == (400, "validation_failed")
        assert list(faults(answer)) == [pointer]
    assert refusal(client.get(f"{VISITS}/{uuid.uuid4()}")) == (404, "not_found")
