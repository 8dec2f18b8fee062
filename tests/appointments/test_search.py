"""What listSlots lists books, and nothing else does."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from backend.appointments.actions import door
from backend.appointments.enums import RuleCode
from backend.appointments.models import Appointment
from backend.clinics.models import Clinic, Closure, OpeningHours, Room, Service
from backend.patients.models import Patient
from backend.practitioners.models import TimeOff, WorkingHours
from tests.api_client import ApiClient
from tests.appointments.calls import HOLDS, VISITS, api, refusal, rules, wish
from tests.appointments.oracle import instant, minutes_of, wall
from tests.appointments.rows import add_visit, change
from tests.appointments.searching import days_of, starts_of
from tests.appointments.stopped_clock import stop_clock
from tests.cast import MON, SUN, TUE, Cast
from tests.policy.traces import undone

MONDAY_AT_EIGHT = datetime(2027, 1, 4, 15, tzinfo=UTC)  # in Coquitlam
SPRING_FORWARD = date(2027, 3, 14)  # a Sunday, in Toronto


@pytest.fixture(autouse=True)
def _monday(db: None) -> None:
    stop_clock(MONDAY_AT_EIGHT)


def send(client: ApiClient, body: dict[str, Any], path: str = VISITS) -> Any:
    return client.post(path, body, key=str(uuid.uuid4()))


def fill(cast: Cast) -> None:
    """A Tuesday at Coquitlam with a bit of everything in it."""
    day = cast.day(cast.coquitlam, TUE)
    treatment = list(Room.objects.filter(clinic=cast.coquitlam, kind="treatment"))
    common: dict[str, Any] = {"service": cast.physio_follow_up, "patient": cast.stranger}

    def at(time: str) -> datetime:
        return cast.at(cast.coquitlam, TUE, time)

    add_visit(**common, practitioner=cast.ims, room=treatment[0], starts_at=at("10:07"), after=6)
    add_visit(**common, practitioner=cast.masseur, room=treatment[1], starts_at=at("10:37"))
    add_visit(**common, practitioner=cast.physio, room=treatment[1], starts_at=at("12:00"), status="held")
    gone = cast.now - timedelta(seconds=1)
    add_visit(
        **common, practitioner=cast.ims, room=treatment[0], starts_at=at("13:00"), status="held", hold_expires_at=gone
    )
    add_visit(
        service=cast.physio_initial,
        practitioner=cast.langley_physio,
        room=Room.objects.get(clinic=cast.langley, kind="consultation"),
        patient=cast.cleared,
        starts_at=at("15:10"),
    )
    Closure.objects.create(
        clinic=cast.coquitlam, first_date=day, last_date=day, from_minute=11 * 60 + 20, until_minute=11 * 60 + 40
    )
    TimeOff.objects.create(
        practitioner=cast.physio, first_date=day, last_date=day, from_minute=16 * 60, until_minute=24 * 60
    )


@pytest.mark.parametrize("service", ["physio_follow_up", "ims_treatment"])
def test_exactly_the_listed_starts_can_be_held_and_booked(cast: Cast, service: str) -> None:
    fill(cast)
    day = cast.day(cast.coquitlam, TUE)
    prove_exact(cast.coquitlam, day, range(7, 19), cast.cleared, getattr(cast, service))


def test_exactly_the_listed_starts_of_a_night_when_clocks_change(cast: Cast) -> None:
    hours = {"weekday": SUN, "from_minute": 0, "until_minute": 4 * 60, "valid_from": SPRING_FORWARD}
    OpeningHours.objects.create(clinic=cast.toronto, **hours)
    WorkingHours.objects.create(clinic=cast.toronto, practitioner=cast.toronto_ims, **hours)
    listed = prove_exact(cast.toronto, SPRING_FORWARD, range(6), cast.torontonian, cast.physio_follow_up)
    readings = " ".join(wall_text(start, cast.toronto) for start in listed)
    assert readings == "00:00 00:15 00:30 00:45 01:00 01:15 01:30 01:45 03:00 03:15 03:30"


def wall_text(start: datetime, clinic: Clinic) -> str:
    _, reading = wall(int(start.timestamp()) // 60, clinic.timezone)
    return f"{reading // 60:02}:{reading % 60:02}"


def prove_exact(clinic: Clinic, day: date, hours: range, patient: Patient, service: Service) -> list[datetime]:
    """Every listed start books with each who is named; every other start of the grid is refused by a rule."""
    client = api(patient)
    listed = starts_of(days_of(client, service=service.code, clinic=clinic.pk, from_date=day, to_date=day))
    for at in minutes_of(clinic.timezone, day, day):
        reading = wall(at, clinic.timezone)[1]
        wanted = wish(service, clinic, instant(at))
        if instant(at) in listed:
            prove_books(client, wanted, listed[instant(at)])
        elif reading % 15 == 0 and reading // 60 in hours:
            refused = send(client, wanted)
            assert refused.status_code in (409, 422), refused.json()
            assert rules(refused)
            assert set(rules(refused)) <= set(RuleCode.values)
    return sorted(listed)


def prove_books(client: ApiClient, wanted: dict[str, Any], practitioner_ids: set[str]) -> None:
    """Held and then booked with whom we pick, and booked outright with each who is named."""
    assert practitioner_ids
    with undone():
        hold = send(client, wanted, HOLDS)
        assert hold.status_code == 201, hold.json()
        assert hold.json()["practitioner_id"] in practitioner_ids
        assert send(client, {"hold_id": hold.json()["id"]}).status_code == 201
    for practitioner_id in practitioner_ids:
        with undone():
            assert send(client, {**wanted, "practitioner_id": practitioner_id}).status_code == 201


def test_a_taken_start_comes_with_three_that_book_instead(cast: Cast) -> None:
    """The next ones, so this evening's before tomorrow's although UTC has tomorrow's date already."""
    for model in (OpeningHours, WorkingHours):
        model._default_manager.filter(clinic=cast.coquitlam, weekday=TUE).update(until_minute=22 * 60)
    wanted = wish(cast.massage, cast.coquitlam, cast.at(cast.coquitlam, TUE, "18:00"))
    assert send(api(cast.parent), wanted).status_code == 201
    client = api(cast.patient)
    for path in (HOLDS, VISITS):
        refused = send(client, wanted, path)
        assert refusal(refused) == (409, "slot_taken")
        instead = refused.json()["alternatives"]
        evening = [cast.at(cast.coquitlam, TUE, time) for time in ("19:00", "19:15", "19:30")]
        assert [datetime.fromisoformat(one["starts_at"]) for one in instead] == evening
        for one in instead:
            other = {**wanted, "starts_at": one["starts_at"], "clinic_id": one["clinic_id"]}
            prove_books(client, other, set(one["practitioner_ids"]))


def test_a_time_lost_past_the_rules_is_taken_and_says_what_else_there_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hold that runs out just behind the door: no rule sees it any more, the constraint still does."""
    start = cast.at(cast.coquitlam, TUE, "10:00")
    room = Room.objects.get(clinic=cast.coquitlam, kind="massage")
    add_visit(
        service=cast.massage,
        practitioner=cast.masseur,
        room=room,
        starts_at=start,
        status="held",
        hold_expires_at=cast.now,
    )
    wanted = wish(cast.massage, cast.coquitlam, start)
    client = api(cast.patient)
    with monkeypatch.context() as patch:
        patch.setattr(door, "_release_expired", lambda *_: None)
        refused = send(client, wanted)
    assert refusal(refused) == (409, "slot_taken")
    assert len(refused.json()["alternatives"]) == 3
    assert send(client, wanted).status_code == 201


def test_without_a_practitioner_the_one_with_fewest_visits_that_day_is_picked(cast: Cast) -> None:
    room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    for day, practitioner in ((TUE, cast.ims), (MON, cast.physio), (MON, cast.physio)):
        add_visit(
            service=cast.physio_follow_up,
            practitioner=practitioner,
            room=room,
            patient=cast.stranger,
            starts_at=cast.at(cast.coquitlam, day, "09:00") + timedelta(hours=len(Appointment.objects.all())),
        )
    wanted = wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, TUE, "15:00"))
    booked = send(api(cast.patient), wanted)
    assert booked.json()["practitioner_id"] == str(cast.physio.pk)


def test_no_visit_keeps_an_expiry_that_would_hide_it_from_the_rules(cast: Cast) -> None:
    visit = add_visit(
        service=cast.massage,
        practitioner=cast.masseur,
        room=Room.objects.get(clinic=cast.coquitlam, kind="massage"),
        patient=cast.patient,
        starts_at=cast.at(cast.coquitlam, TUE, "10:00"),
    )
    with pytest.raises(IntegrityError, match="appointment_hold_expires"), transaction.atomic():
        change(visit, hold_expires_at=cast.now)
