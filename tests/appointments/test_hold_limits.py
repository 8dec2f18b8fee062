"""Nobody holds the calendar instead of booking it: how long, how many, and how soon again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings

from backend.appointments.actions.create_hold import create_hold
from backend.appointments.actions.sweep_holds import sweep_holds
from backend.appointments.errors import PatientOverlap, SlotNotBookable, SlotTaken
from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.clinics.enums import Role
from backend.clinics.roles import ROLE_PERMISSIONS
from backend.common import clock
from backend.common.access import Actor
from backend.events.models import DomainEvent
from backend.patients.models import Patient
from tests.api_client import ApiClient
from tests.appointments.calls import HOLDS, VISITS, api, book, made, refusal, rules, travel, wish
from tests.appointments.stopped_clock import stop_clock
from tests.cast import MON, WED, Cast

REFUSED = (422, "slot_not_bookable")


def wanted(cast: Cast, time: str = "10:00", weekday: Any = MON, **more: Any) -> dict[str, Any]:
    more.setdefault("practitioner_id", cast.physio)
    return wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, weekday, time, week=2), **more)


def hold(client: ApiClient, body: dict[str, Any]) -> dict[str, Any]:
    return made(client.post(HOLDS, body))


def as_patient(person: Patient) -> Actor:
    assert person.user_id
    return Actor(
        user_id=person.user_id,
        session_id=uuid4(),
        is_email_verified=True,
        own_patient_id=person.pk,
        family=dict.fromkeys(ROLE_PERMISSIONS[Role.PATIENT], frozenset({person.pk})),
        patient_ids=frozenset({person.pk}),
    )


def extend(client: ApiClient, held: dict[str, Any]) -> Any:
    return client.post(f"{HOLDS}/{held['id']}/extend")


def test_a_hold_is_extended_once_and_asking_again_changes_nothing(cast: Cast) -> None:
    client = api(cast.patient)
    stop_clock(now := clock.now())
    held = hold(client, wanted(cast))
    assert held["can_be_extended"] is True
    stop_clock(now + timedelta(minutes=4))
    for _ in range(2):
        longer = extend(client, held).json()
        assert datetime.fromisoformat(longer["expires_at"]) == now + timedelta(minutes=9)
        assert (longer["id"], longer["can_be_extended"], longer["expires_in_seconds"]) == (held["id"], False, 300)
    assert [event.type for event in DomainEvent.objects.order_by("position")] == ["hold.created.v1", "hold.extended.v1"]
    assert list(AuditEntry.objects.filter(subject_id=held["id"]).order_by("at").values_list("action", flat=True)) == [
        "hold.created",
        "hold.extended",
    ]
    stop_clock(now + timedelta(minutes=8))
    assert refusal(api(cast.parent).post(HOLDS, wanted(cast))) == (409, "slot_taken")
    assert book(client, {"hold_id": held["id"]})["status"] == "booked"
    history = client.get(f"{VISITS}/{held['id']}/history").json()["results"]
    assert [one["what"] for one in history] == ["booked"], "a hold has no history"


def test_no_hold_lasts_more_than_a_quarter_of_an_hour(cast: Cast, settings: LazySettings) -> None:
    settings.HOLD_SECONDS = 600
    stop_clock(now := clock.now())
    held = hold(api(cast.patient), wanted(cast))
    stop_clock(now + timedelta(minutes=9))
    longer = extend(api(cast.patient), held).json()
    assert datetime.fromisoformat(longer["expires_at"]) == now + timedelta(minutes=15)


def test_what_ran_out_was_booked_or_is_anothers_is_not_extended(cast: Cast) -> None:
    client = api(cast.patient)
    held = hold(client, wanted(cast))
    assert refusal(extend(api(cast.parent), held)) == (404, "not_found")
    booked = hold(client, wanted(cast, "14:00"))
    book(client, {"hold_id": booked["id"]})
    assert refusal(extend(client, booked)) == (404, "not_found")
    travel(by=timedelta(minutes=6))
    assert client.get(f"{HOLDS}/{held['id']}").json()["can_be_extended"] is False
    assert refusal(extend(client, held)) == (409, "hold_expired")


def test_a_patient_holds_three_starts_whomever_they_are_for(cast: Cast) -> None:
    client = api(cast.parent)
    held = [hold(client, wanted(cast, time)) for time in ("10:00", "11:00")]
    hold(client, wanted(cast, "12:00", patient_id=cast.child))
    fourth = wanted(cast, "13:00", patient_id=cast.child)
    refused = client.post(HOLDS, fourth)
    assert (refusal(refused), rules(refused)) == (REFUSED, ["hold_limit"])
    assert refused.json()["rules"][0]["class"] == "hard"
    assert hold(client, wanted(cast, "10:00"))["id"] == held[0]["id"], "the same again is no new one"
    book(client, wanted(cast, "15:00"))
    book(client, {"hold_id": held[1]["id"]})
    hold(client, fourth)


def test_nobody_holds_more_for_a_patient_than_the_patient_could(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    for time in ("10:00", "11:00", "12:00"):
        hold(desk, wanted(cast, time, patient_id=cast.child))
    refused = api(cast.parent).post(HOLDS, wanted(cast, "13:00", patient_id=cast.child))
    assert (refusal(refused), rules(refused)) == (REFUSED, ["hold_limit"])
    hold(desk, wanted(cast, "13:00", patient_id=cast.child))
    hold(api(cast.parent), wanted(cast, "14:00"))


def test_staff_have_a_limit_of_their_own(cast: Cast, settings: LazySettings) -> None:
    assert (settings.HOLDS_AT_ONCE, settings.STAFF_HOLDS_AT_ONCE) == (3, 20)
    settings.STAFF_HOLDS_AT_ONCE = 4
    desk = api(cast.desk_coquitlam)
    for time in ("10:00", "11:00", "12:00", "13:00"):
        hold(desk, wanted(cast, time))
    assert rules(desk.post(HOLDS, wanted(cast, "14:00"))) == ["hold_limit"]


@pytest.mark.parametrize("how", ["let go", "ran out"])
def test_a_start_that_was_given_up_is_left_to_others_for_five_minutes(cast: Cast, how: str) -> None:
    stop_clock(now := clock.now())
    client, ended = api(cast.patient), now
    held = hold(client, wanted(cast))
    if how == "let go":
        client.delete(f"{HOLDS}/{held['id']}")
    else:
        ended = now + timedelta(minutes=5)
    stop_clock(ended + timedelta(minutes=4, seconds=59))
    refused = client.post(HOLDS, wanted(cast))
    assert (refusal(refused), rules(refused)) == (REFUSED, ["hold_limit"])
    hold(client, wanted(cast, "11:00"))
    others = hold(api(cast.parent), wanted(cast))
    api(cast.parent).delete(f"{HOLDS}/{others['id']}")
    stop_clock(ended + timedelta(minutes=5))
    assert hold(client, wanted(cast))["id"] != held["id"]


def test_what_may_not_be_held_again_can_still_be_booked(cast: Cast) -> None:
    client = api(cast.patient)
    held = hold(client, wanted(cast))
    client.delete(f"{HOLDS}/{held['id']}")
    assert rules(client.post(HOLDS, wanted(cast))) == ["hold_limit"]
    assert book(client, wanted(cast))["status"] == "booked"


def test_the_desk_may_hold_again_what_it_let_go(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    held = hold(desk, wanted(cast))
    desk.delete(f"{HOLDS}/{held['id']}")
    assert hold(desk, wanted(cast))["id"] != held["id"]


def test_a_storm_of_a_thousand_holds_leaves_everything_free(cast: Cast) -> None:
    """Four people, 250 tries each at every start of three days: none has more than three, and all of it passes."""
    stop_clock(now := clock.now())
    query = {
        "service": cast.physio_follow_up.pk,
        "clinic": cast.coquitlam.pk,
        "from_date": cast.day(cast.coquitlam, MON, week=2),
        "to_date": cast.day(cast.coquitlam, WED, week=2),
    }
    before = ApiClient().get("/v1/slots", query).json()["results"]
    starts = [(one["starts_at"], who) for day in before for one in day["slots"] for who in one["practitioner_ids"]]
    people = [as_patient(person) for person in (cast.patient, cast.cleared, cast.parent, cast.stranger)]
    for turn, (start, who) in zip(range(1000), starts * (1000 // len(starts) + 1), strict=False):
        try:
            create_hold(
                people[turn % len(people)],
                service_id=cast.physio_follow_up.pk,
                clinic_id=cast.coquitlam.pk,
                starts_at=datetime.fromisoformat(start),
                practitioner_id=UUID(who),
            )
        except (SlotTaken, PatientOverlap, SlotNotBookable):
            continue
    assert Appointment.objects.count() == 3 * len(people)
    stop_clock(now + timedelta(minutes=5))
    assert ApiClient().get("/v1/slots", query).json()["results"] == before
    assert sweep_holds() == 3 * len(people)
    assert not Appointment.objects.filter(status="held").exists()
