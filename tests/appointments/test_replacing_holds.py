"""Holding another time instead: the old start goes if, and only if, the new one is had."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.appointments.models import Appointment
from backend.events.models import DomainEvent
from tests.api_client import ApiClient
from tests.appointments.calls import HOLDS, api, book, faults, made, refusal, rules, travel, wish
from tests.appointments.searching import days_of, slots, starts_of
from tests.cast import MON, Cast
from tests.policy.traces import fingerprint


def at(cast: Cast, time: str = "10:00") -> datetime:
    return cast.at(cast.coquitlam, MON, time, week=2)


def wanted(cast: Cast, time: str = "10:00", **more: Any) -> dict[str, Any]:
    more.setdefault("practitioner_id", cast.ims)
    return wish(cast.physio_follow_up, cast.coquitlam, at(cast, time), **more)


def hold(client: ApiClient, body: dict[str, Any]) -> dict[str, Any]:
    return made(client.post(HOLDS, body))


def status_of(held: dict[str, Any]) -> str:
    status: str = Appointment.objects.get(pk=held["id"]).status
    return status


def test_a_time_that_overlaps_the_old_one_is_held_in_its_place(cast: Cast) -> None:
    client = api(cast.patient)
    old = hold(client, wanted(cast))
    assert refusal(client.post(HOLDS, wanted(cast, "10:15"))) == (409, "patient_overlap")
    new = hold(client, wanted(cast, "10:15", replaces=old["id"]))
    assert (status_of(old), status_of(new)) == ("expired", "held")
    assert [one["id"] for one in client.get(HOLDS).json()["results"]] == [new["id"]]
    types = DomainEvent.objects.order_by("position").values_list("type", "subject_id")
    assert [(name, str(subject)) for name, subject in types] == [
        ("hold.created.v1", old["id"]),
        ("hold.released.v1", old["id"]),
        ("hold.created.v1", new["id"]),
    ]
    book(api(cast.parent), wanted(cast, "09:30"))
    assert book(client, {"hold_id": new["id"]})["starts_at"] == new["starts_at"]


def test_if_the_new_time_cannot_be_had_the_old_one_stays(cast: Cast) -> None:
    client = api(cast.patient)
    old = hold(client, wanted(cast))
    book(api(cast.parent), wanted(cast, "11:00"))
    before = fingerprint()
    for time, told in (("11:00", (409, "slot_taken")), ("07:00", (422, "slot_not_bookable"))):
        assert refusal(client.post(HOLDS, wanted(cast, time, replaces=old["id"]))) == told
    assert fingerprint() == before
    assert book(client, {"hold_id": old["id"]})["id"] == old["id"]


def test_the_old_hold_does_not_count_towards_the_limit(cast: Cast) -> None:
    client = api(cast.patient)
    held = [hold(client, wanted(cast, time)) for time in ("10:00", "11:00", "12:00")]
    assert rules(client.post(HOLDS, wanted(cast, "13:00"))) == ["hold_limit"]
    new = hold(client, wanted(cast, "13:00", replaces=held[0]["id"]))
    assert len(client.get(HOLDS).json()["results"]) == 3
    back = client.post(HOLDS, wanted(cast, replaces=new["id"]))
    assert rules(back) == ["hold_limit"], "what was let go is left to others for five minutes"
    assert status_of(new) == "held"


def test_asking_again_changes_nothing_and_a_hold_replaces_itself_by_itself(cast: Cast) -> None:
    client = api(cast.patient)
    old = hold(client, wanted(cast))
    assert hold(client, wanted(cast, replaces=old["id"]))["id"] == old["id"]
    body = wanted(cast, "10:15", replaces=old["id"])
    new = hold(client, body)
    assert hold(client, body)["id"] == new["id"]
    other = hold(client, wanted(cast, "14:00"))
    assert hold(client, wanted(cast, "10:15", replaces=other["id"]))["id"] == new["id"]
    assert (status_of(other), status_of(new)) == ("expired", "held"), "one is had, the other goes"


def test_one_that_ran_out_is_no_hindrance_and_frees_nothing(cast: Cast) -> None:
    client = api(cast.patient)
    old = hold(client, wanted(cast))
    travel(by=timedelta(minutes=6))
    book(api(cast.parent), wanted(cast))
    assert refusal(client.post(HOLDS, wanted(cast, "10:15", replaces=old["id"]))) == (409, "slot_taken")
    assert hold(client, wanted(cast, "10:30", replaces=old["id"]))


@pytest.mark.parametrize("whose", ["another's", "booked", "nobody's"])
def test_what_is_no_hold_of_the_caller_cannot_be_replaced(cast: Cast, whose: str) -> None:
    client = api(cast.patient)
    old = {"id": "019a0000-0000-7000-8000-00000000dead"}
    if whose == "another's":
        old = hold(api(cast.parent), wanted(cast))
    elif whose == "booked":
        book(client, {"hold_id": (old := hold(client, wanted(cast)))["id"]})
    before = fingerprint()
    assert refusal(client.post(HOLDS, wanted(cast, "14:00", replaces=old["id"]))) == (404, "not_found")
    assert refusal(slots(client, service="physio-follow-up", hold=old["id"])) == (404, "not_found")
    assert fingerprint() == before


def test_the_same_start_for_somebody_else_is_kept_no_longer_than_it_would_have_been(cast: Cast) -> None:
    client = api(cast.parent)
    old = hold(client, wanted(cast, patient_id=cast.child))
    travel(by=timedelta(minutes=4))
    old = client.post(f"{HOLDS}/{old['id']}/extend").json()
    travel(by=timedelta(minutes=4))
    new = hold(client, wanted(cast, replaces=old["id"]))
    assert (new["patient_id"], status_of(old)) == (str(cast.parent.pk), "expired")
    assert (new["expires_at"], new["can_be_extended"]) == (old["expires_at"], False)
    later = hold(client, wanted(cast, "14:00", replaces=new["id"]))
    assert (later["expires_at"] > new["expires_at"], later["can_be_extended"]) == (True, True)


def test_search_looks_past_a_hold_that_is_to_be_replaced(cast: Cast) -> None:
    client, day = api(cast.patient), str(cast.day(cast.coquitlam, MON, week=2))
    asked = {"service": "physio-follow-up", "clinic": cast.coquitlam.pk, "practitioner": cast.ims.pk}
    dates = {"from_date": day, "to_date": day}
    before = starts_of(days_of(client, **asked, **dates))
    old = hold(client, wanted(cast))
    around = {at(cast, "09:45"), at(cast), at(cast, "10:15")}
    assert before.keys() - starts_of(days_of(client, **asked, **dates)).keys() == around
    assert starts_of(days_of(client, **asked, **dates, hold=old["id"])) == before
    new = hold(client, wanted(cast, "10:15", replaces=old["id"]))
    assert starts_of(days_of(client, **asked, **dates, hold=new["id"])) == before
    assert starts_of(days_of(client, **asked, **dates, hold=old["id"])).keys() != before.keys(), "it is gone"
    assert client.get("/v1/slots/next", {"service": "physio-follow-up", "hold": old["id"]}).json()["results"]
    visit = book(client, wanted(cast, "15:00"))
    assert faults(slots(client, appointment=visit["id"], hold=old["id"])) == {"?hold": "mismatch"}
    assert refusal(ApiClient().get("/v1/slots", {"service": "physio-follow-up", "hold": old["id"]})) == (
        404,
        "not_found",
    )
