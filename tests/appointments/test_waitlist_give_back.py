"""Taking an earlier time and letting the later one go: both, or neither."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.appointments.models import Appointment, Transition
from backend.practitioners.models import TimeOff
from tests.appointments.calls import VISITS, api, book, refusal, rules, travel, wish
from tests.appointments.waiting import (
    answer,
    cancel,
    entry_of,
    full_but_an_hour,
    join,
    offer_of,
    start,
    that_day,
    wanted,
)
from tests.cast import MON, TUE, WED, Cast
from tests.jobs import run_jobs
from tests.policy.traces import fingerprint


@pytest.fixture
def full(cast: Cast) -> Cast:
    """One hour on a Tuesday is all there is."""
    return full_but_an_hour(cast)


def later(cast: Cast, by: timedelta = timedelta(days=1)) -> dict[str, Any]:
    """A massage of `patient`, that long after the start for which they wait."""
    return book(api(cast.patient), wish(cast.massage, cast.coquitlam, start(cast) + by))


def state_of(cast: Cast, visit: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = api(cast.patient).get(f"{VISITS}/{visit['id']}").json()
    return shown


def test_accepting_lets_the_later_visit_go_at_no_charge(full: Cast) -> None:
    old = later(full)
    entry = join(full.patient, that_day(full, gives_back_appointment_id=old["id"]))
    offer = offer_of(full.patient, entry)
    assert state_of(full, old)["status"] == "booked", "kept until it is known"
    new = answer(full.patient, offer, "accept").json()
    assert (new["status"], datetime.fromisoformat(new["starts_at"])) == ("booked", start(full))
    after = state_of(full, old)
    assert (after["status"], after["fee_minor"], after["cancel_reason"]) == ("cancelled", 0, "schedule")
    step = Transition.objects.get(to_status="cancelled")
    assert (step.reason, step.by_id) == ("given back for an earlier time", full.patient.user_id)
    assert answer(full.patient, offer, "accept").json() == new
    again = join(full.cleared, wanted(full, weekdays=[3]))
    assert datetime.fromisoformat(offer_of(full.cleared, again)["starts_at"]).isoweekday() == 3


def test_the_rules_are_asked_as_if_the_later_visit_were_not_there(cast: Cast) -> None:
    """A treatment needs seven days between two of them; the earlier is one day before the later."""
    at = cast.at(cast.coquitlam, WED, "10:00", week=2)
    old = book(api(cast.cleared), wish(cast.ims_treatment, cast.coquitlam, at))
    travel(to=cast.at(cast.coquitlam, MON, "12:00"))
    plain = {**that_day(cast, gives_back_appointment_id=old["id"]), "service_id": str(cast.ims_treatment.pk)}
    offer = offer_of(cast.cleared, join(cast.cleared, plain))
    assert answer(cast.cleared, offer, "accept").status_code == 200
    assert Appointment.objects.get(pk=old["id"]).status == "cancelled"


def test_without_giving_back_the_gap_is_too_short(cast: Cast) -> None:
    at = cast.at(cast.coquitlam, WED, "10:00", week=2)
    book(api(cast.cleared), wish(cast.ims_treatment, cast.coquitlam, at))
    travel(to=cast.at(cast.coquitlam, MON, "12:00"))
    entry = join(cast.cleared, {**that_day(cast), "service_id": str(cast.ims_treatment.pk)})
    run_jobs()
    assert entry_of(cast.cleared, entry)["offers"] == []


def test_only_earlier_times_are_offered(full: Cast) -> None:
    old = later(full, -timedelta(days=1))
    entry = join(full.patient, that_day(full, gives_back_appointment_id=old["id"]))
    run_jobs()
    assert entry_of(full.patient, entry)["status"] == "waiting"


def test_a_late_change_is_free_but_opens_no_free_cancellation(full: Cast) -> None:
    """As with a move: what could no longer be cancelled at no cost cannot be made so by an earlier time."""
    old = later(full)
    entry = join(full.patient, that_day(full, gives_back_appointment_id=old["id"]))
    travel(to=start(full) - timedelta(minutes=full.coquitlam.notice_minutes, hours=1))
    Appointment.objects.filter(pk=old["id"]).update(free_cancellation_minutes=60 * 24 * 7)
    Appointment.objects.filter(pk=old["id"]).update(booked_at=start(full) - timedelta(days=8))
    offer = offer_of(full.patient, entry)
    new = answer(full.patient, offer, "accept").json()
    assert (state_of(full, old)["fee_minor"], Appointment.objects.get(pk=old["id"]).cancelled_late) == (0, False)
    assert new["fee_if_now_minor"] > 0


def test_if_the_earlier_cannot_be_had_the_later_is_kept(full: Cast) -> None:
    old = later(full)
    entry = join(full.patient, that_day(full, gives_back_appointment_id=old["id"]))
    offer = offer_of(full.patient, entry)
    day = full.day(full.coquitlam, TUE, week=2)
    TimeOff.objects.create(practitioner=full.masseur, first_date=day, last_date=day, from_minute=600, until_minute=660)
    client, before = api(full.patient), fingerprint()
    refused = answer(client, offer, "accept")
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["practitioner_away"])
    assert fingerprint() == before
    assert state_of(full, old)["status"] == "booked"


def test_a_visit_that_is_gone_already_is_not_given_back(full: Cast) -> None:
    old = later(full)
    entry = join(full.patient, that_day(full, gives_back_appointment_id=old["id"]))
    offer = offer_of(full.patient, entry)
    cancel(full.patient, old)
    before = Appointment.objects.get(pk=old["id"]).version
    assert answer(full.patient, offer, "accept").status_code == 200
    assert Appointment.objects.get(pk=old["id"]).version == before


def test_a_visit_that_is_no_longer_later_is_not_given_back(full: Cast) -> None:
    old = later(full)
    entry = join(full.patient, that_day(full, gives_back_appointment_id=old["id"]))
    offer = offer_of(full.patient, entry)
    earlier = (start(full) - timedelta(days=1)).isoformat()
    assert api(full.patient).post(f"{VISITS}/{old['id']}/reschedule", {"starts_at": earlier}).status_code == 200
    assert answer(full.patient, offer, "accept").status_code == 200
    assert state_of(full, old)["status"] == "booked"
