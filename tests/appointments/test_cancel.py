"""Cancelling over HTTP: until the start, for what the policy said when the visit was booked (R7)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.appointments.models import Appointment, Transition
from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic
from backend.events.models import DomainEvent
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, faults, refusal, travel, wish
from tests.cast import WED, Cast
from tests.policy.traces import fingerprint

PRICE, LATE_FEE = 10_000, 5_000


def start_of(cast: Cast) -> datetime:
    return cast.at(cast.coquitlam, WED, "10:00", week=2)


def booked(cast: Cast) -> str:
    visit = book(api(cast.patient), wish(cast.physio_follow_up, cast.coquitlam, start_of(cast)))
    return f"{VISITS}/{visit['id']}"


def cancel(
    client: ApiClient, path: str, reason: str = "schedule", headers: dict[str, str] | None = None, **more: Any
) -> Any:
    return client.post(f"{path}/cancel", {"reason_code": reason, **more}, headers=headers)


@pytest.mark.parametrize(
    ("ahead", "fee"),
    [
        (timedelta(days=3), 0),
        (timedelta(hours=24, seconds=2), 0),
        (timedelta(hours=24) - timedelta(seconds=1), LATE_FEE),
        (timedelta(seconds=2), LATE_FEE),
    ],
)
def test_it_is_free_until_the_clinics_notice_and_costs_its_share_after(cast: Cast, ahead: timedelta, fee: int) -> None:
    path = booked(cast)
    travel(to=start_of(cast) - ahead)
    assert api(cast.patient).get(path).json()["fee_if_now_minor"] == fee
    visit = cancel(api(cast.patient), path, note="A cold").json()
    assert (visit["status"], visit["cancel_reason"], visit["fee_minor"]) == ("cancelled", "schedule", fee)
    assert (visit["can_be_cancelled"], visit["fee_if_now_minor"]) == (False, 0)


@pytest.mark.parametrize(("after", "fee"), [(timedelta(minutes=2, seconds=55), 0), (timedelta(minutes=3), LATE_FEE)])
def test_a_slip_of_the_thumb_is_free_for_three_minutes(cast: Cast, after: timedelta, fee: int) -> None:
    travel(to=start_of(cast) - timedelta(hours=5))
    path = booked(cast)
    at = datetime.fromisoformat(api(cast.patient).get(path).json()["booked_at"])
    travel(to=at + after)
    assert cancel(api(cast.patient), path).json()["fee_minor"] == fee


def test_what_the_clinic_cancels_for_its_own_reasons_is_free(cast: Cast) -> None:
    for who, fee in ((cast.desk_coquitlam, 0), (cast.patient, LATE_FEE)):
        path = booked(cast)
        travel(to=start_of(cast) - timedelta(hours=1))
        assert cancel(api(who), path, "clinic").json()["fee_minor"] == fee, "a patient is not the clinic"
        travel(to=cast.now)


def test_staff_cancelling_for_the_patient_charge_what_the_patient_would_pay(cast: Cast) -> None:
    path = booked(cast)
    travel(to=start_of(cast) - timedelta(hours=1))
    assert cancel(api(cast.desk_coquitlam), path, "ill").json()["fee_minor"] == LATE_FEE


def test_the_policy_is_that_of_the_day_of_booking(cast: Cast) -> None:
    path = booked(cast)
    Clinic.objects.filter(pk=cast.coquitlam.pk).update(
        free_cancellation_minutes=60 * 24 * 7, late_cancellation_fee_percent=100
    )
    travel(to=start_of(cast) - timedelta(hours=30))
    shown = api(cast.patient).get(path).json()
    until = datetime.fromisoformat(shown["free_cancellation_until"])
    assert until == start_of(cast) - timedelta(hours=24)
    assert cancel(api(cast.patient), path).json()["fee_minor"] == 0


@pytest.mark.parametrize("who", ["patient", "desk"])
def test_from_the_start_on_it_is_too_late_for_anybody(cast: Cast, who: str) -> None:
    path = booked(cast)
    client = api(cast.patient if who == "patient" else cast.desk_coquitlam)
    travel(to=start_of(cast))
    before = fingerprint()
    assert refusal(cancel(client, path, "clinic")) == (422, "cancellation_too_late")
    assert fingerprint() == before


def test_nobody_pays_more_than_they_were_told(cast: Cast) -> None:
    path, client = booked(cast), api(cast.patient)
    travel(to=start_of(cast) - timedelta(hours=24, seconds=30))
    seen = client.get(path).json()
    assert seen["fee_if_now_minor"] == 0
    travel(to=start_of(cast) - timedelta(hours=23))
    before = fingerprint()
    late = cancel(client, path, expected_fee_minor=0, headers={"If-Match": seen["etag"]})
    assert refusal(late) == (409, "fee_changed"), "the etag is the same, the fee is not"
    assert (late.json()["fee_if_now_minor"], late.json()["currency"]) == (LATE_FEE, "CAD")
    assert fingerprint() == before
    visit = cancel(client, path, expected_fee_minor=LATE_FEE).json()
    assert (visit["status"], visit["fee_minor"]) == ("cancelled", LATE_FEE)
    assert refusal(cancel(client, path, expected_fee_minor=0)) == (409, "invalid_transition")


def test_staff_are_told_too_when_it_costs_something_else(cast: Cast) -> None:
    path, desk = booked(cast), api(cast.desk_coquitlam)
    travel(to=start_of(cast) - timedelta(hours=1))
    answer = cancel(desk, path, "clinic", expected_fee_minor=LATE_FEE)
    assert (refusal(answer), answer.json()["fee_if_now_minor"]) == ((409, "fee_changed"), 0)
    assert cancel(desk, path, "clinic", expected_fee_minor=0).json()["fee_minor"] == 0


def test_the_time_is_free_again_at_once(cast: Cast) -> None:
    visit = book(api(cast.patient), wish(cast.physio_follow_up, cast.coquitlam, start_of(cast)))
    wanted = wish(cast.physio_follow_up, cast.coquitlam, start_of(cast), practitioner_id=visit["practitioner_id"])
    assert refusal(api(cast.parent).post(VISITS, wanted, key="k")) == (409, "slot_taken")
    assert cancel(api(cast.patient), f"{VISITS}/{visit['id']}").status_code == 200
    assert book(api(cast.parent), wanted)["practitioner_id"] == visit["practitioner_id"]


def test_a_parent_cancels_for_the_child(cast: Cast) -> None:
    body = wish(cast.physio_follow_up, cast.coquitlam, start_of(cast), patient_id=cast.child)
    path = f"{VISITS}/{book(api(cast.parent), body)['id']}"
    assert cancel(api(cast.parent), path).json()["status"] == "cancelled"


def test_it_leaves_one_trace_of_each_kind_and_no_word_of_the_note(cast: Cast) -> None:
    path = booked(cast)
    cancel(api(cast.patient), path, "worse", note="my back is worse")
    event = DomainEvent.objects.get(type="appointment.cancelled.v1")
    assert "worse" not in str(event.payload), "an event carries no health data"
    entry = AuditEntry.objects.get(action="appointment.cancelled")
    assert (entry.before, entry.after, entry.reason) == ({"status": "booked"}, {"status": "cancelled"}, "worse")
    assert entry.actor_id == cast.patient.user_id
    step = Transition.objects.get(to_status="cancelled")
    assert (step.from_status, step.by_id, step.reason) == ("booked", cast.patient.user_id, "worse")
    assert Appointment.objects.get().cancel_note == "my back is worse"


def test_twice_is_once_too_often(cast: Cast) -> None:
    path, client = booked(cast), api(cast.patient)
    cancel(client, path)
    before = fingerprint()
    again = cancel(client, path)
    assert refusal(again) == (409, "invalid_transition")
    assert (again.json()["from_status"], again.json()["to_status"]) == ("cancelled", "cancelled")
    assert fingerprint() == before


def test_if_match_guards_against_what_happened_meanwhile(cast: Cast) -> None:
    path, client = booked(cast), api(cast.patient)
    seen = client.get(path).json()["etag"]
    api(cast.desk_coquitlam).post(f"{path}/confirm")
    before = fingerprint()
    for stale in (seen, '"1-0000000000000000"', '"nonsense"', "*, *", '""'):
        answer = client.post(f"{path}/cancel", {"reason_code": "other"}, if_match=stale)
        assert refusal(answer) == (412, "etag_mismatch")
    assert fingerprint() == before
    assert client.post(f"{path}/cancel", {"reason_code": "other"}, if_match="*").status_code == 200


def test_a_fresh_if_match_passes(cast: Cast) -> None:
    path, client = booked(cast), api(cast.patient)
    fresh = client.get(path)["ETag"]
    answer = client.post(f"{path}/cancel", {"reason_code": "other"}, if_match=fresh)
    assert answer.status_code == 200
    assert answer["ETag"] == answer.json()["etag"] != fresh


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, {"/reason_code": "required"}),
        ({"reason_code": "none"}, {"/reason_code": "not_a_choice"}),
        ({"reason_code": "other", "note": "x" * 501}, {"/note": "too_long"}),
        ({"reason_code": "other", "expected_fee_minor": -1}, {"/expected_fee_minor": "too_small"}),
        ({"reason_code": "other", "expected_fee_minor": None}, {"/expected_fee_minor": "null"}),
    ],
)
def test_a_reason_is_needed(cast: Cast, body: dict[str, str], fault: dict[str, str]) -> None:
    path = booked(cast)
    answer = api(cast.patient).post(f"{path}/cancel", body)
    assert (refusal(answer), faults(answer)) == ((400, "validation_failed"), fault)


def test_the_refusal_is_told_in_french_to_whom_reads_french(cast: Cast) -> None:
    path = booked(cast)
    travel(to=start_of(cast))
    english = cancel(api(cast.patient), path).json()
    headers = {"Accept-Language": "fr"}
    french = api(cast.patient).post(f"{path}/cancel", {"reason_code": "other"}, headers=headers).json()
    assert french["code"] == english["code"]
    assert french["detail"] != english["detail"]
