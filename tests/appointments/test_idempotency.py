"""One key, at most one visit, one success answer (R16): retries of a booking over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.clinics.models import ClinicService
from backend.common.models import IdempotencyReceipt
from backend.events.models import DomainEvent
from tests.appointments.calls import HOLDS, VISITS, api, book, made, refusal, rules, travel, wish
from tests.cast import MON, Cast


def start_of(cast: Cast, time: str = "10:00") -> datetime:
    return cast.at(cast.coquitlam, MON, time, week=2)


def wanted(cast: Cast, **more: Any) -> dict[str, Any]:
    return wish(cast.physio_follow_up, cast.coquitlam, more.pop("at", start_of(cast)), **more)


def test_a_booking_needs_a_key(cast: Cast) -> None:
    assert refusal(api(cast.patient).post(VISITS, wanted(cast))) == (400, "idempotency_key_required")
    assert not Appointment.objects.exists()


def test_a_retry_gets_the_first_answer_and_books_nothing_more(cast: Cast) -> None:
    client = api(cast.patient)
    first = client.post(VISITS, wanted(cast), key="k")
    assert "Idempotent-Replayed" not in first
    again = client.post(VISITS, wanted(cast), key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    counts = {model.objects.count() for model in (Appointment, DomainEvent, AuditEntry, IdempotencyReceipt)}
    assert counts == {1}


def test_the_order_of_members_and_the_session_do_not_matter(cast: Cast) -> None:
    first = api(cast.patient).post(VISITS, wanted(cast), key="k")
    turned = dict(reversed(wanted(cast).items()))
    again = api(cast.patient).post(VISITS, turned, key="k")
    assert (again.json()["id"], again["Idempotent-Replayed"]) == (first.json()["id"], "true")


def test_a_key_stands_for_one_request_only(cast: Cast) -> None:
    client = api(cast.patient)
    visit = made(client.post(VISITS, wanted(cast), key="k"))
    later = wanted(cast, at=start_of(cast, "14:00"))
    assert refusal(client.post(VISITS, later, key="k")) == (422, "idempotency_key_reused")
    assert refusal(client.post(VISITS, {**wanted(cast), "note": "x"}, key="k")) == (422, "idempotency_key_reused")
    assert refusal(client.post(HOLDS, wanted(cast), key="k")) == (422, "idempotency_key_reused")
    confirm = client.post(f"{VISITS}/{visit['id']}/confirm", key="k")
    assert refusal(confirm) == (422, "idempotency_key_reused")
    assert Appointment.objects.get().status == "booked"


def test_the_same_step_on_another_visit_is_another_request(cast: Cast) -> None:
    client = api(cast.patient)
    one, other = (
        f"{VISITS}/{book(client, wanted(cast, at=start_of(cast, time)))['id']}" for time in ("10:00", "11:00")
    )
    assert client.post(f"{one}/confirm", key="k").status_code == 200
    assert refusal(client.post(f"{other}/confirm", key="k")) == (422, "idempotency_key_reused")
    assert client.post(f"{one}/confirm", key="k")["Idempotent-Replayed"] == "true"


def test_anothers_key_is_another_key(cast: Cast) -> None:
    mine = made(api(cast.patient).post(VISITS, wanted(cast), key="k"))
    theirs = made(api(cast.parent).post(VISITS, wanted(cast), key="k"))
    assert mine["id"] != theirs["id"]
    assert theirs["patient_id"] == str(cast.parent.pk)


def test_a_refusal_frees_the_key(cast: Cast) -> None:
    client = api(cast.patient)
    offer = ClinicService.objects.filter(clinic=cast.coquitlam, service=cast.physio_follow_up)
    offer.update(notice_minutes=60 * 24 * 100)
    refused = client.post(VISITS, wanted(cast), key="k")
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["too_soon"])
    for body, code in (({}, "validation_failed"), ({**wanted(cast), "service_id": str(cast.patient.pk)}, "not_found")):
        assert refusal(client.post(VISITS, body, key="k"))[1] == code
    assert not IdempotencyReceipt.objects.exists()
    offer.update(notice_minutes=None)
    booked = client.post(VISITS, wanted(cast), key="k")
    assert (booked.status_code, "Idempotent-Replayed" in booked) == (201, False)


def test_a_replay_is_the_visit_as_it_is_now(cast: Cast) -> None:
    """Answers about visits are not kept but rendered again, so no receipt holds anything about a person's health."""
    client = api(cast.patient)
    visit = made(client.post(VISITS, wanted(cast), key="k"))
    assert client.post(f"{VISITS}/{visit['id']}/cancel", {"reason_code": "other"}).status_code == 200
    again = client.post(VISITS, wanted(cast), key="k")
    assert (again.status_code, again.json()["id"], again.json()["status"]) == (201, visit["id"], "cancelled")
    assert IdempotencyReceipt.objects.get().body is None


def test_a_hold_is_replayed_though_it_was_booked_meanwhile(cast: Cast) -> None:
    client = api(cast.patient)
    hold = made(client.post(HOLDS, wanted(cast), key="h"))
    again = client.post(HOLDS, wanted(cast), key="h")
    assert (again.json()["id"], again["Idempotent-Replayed"]) == (hold["id"], "true")
    book(client, {"hold_id": hold["id"]})
    late = client.post(HOLDS, wanted(cast), key="h")
    assert (late.status_code, late.json()["id"], late.json()["expires_in_seconds"]) == (201, hold["id"], 0)
    assert Appointment.objects.get().status == "booked"


def test_a_retry_of_a_cancellation_is_charged_once_and_told_the_same(cast: Cast) -> None:
    client = api(cast.patient)
    path = f"{VISITS}/{book(client, wanted(cast))['id']}"
    travel(to=start_of(cast) - timedelta(hours=1))
    first = client.post(f"{path}/cancel", {"reason_code": "other"}, key="c")
    travel(to=start_of(cast) + timedelta(hours=1))
    again = client.post(f"{path}/cancel", {"reason_code": "other"}, key="c")
    assert (again.status_code, again.json()["fee_minor"]) == (200, 5_000)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json()["etag"].partition("-")[0] == first.json()["etag"].partition("-")[0]
    assert DomainEvent.objects.filter(type="appointment.cancelled.v1").count() == 1


def test_a_key_is_forgotten_after_a_day(cast: Cast) -> None:
    client = api(cast.patient)
    first = made(client.post(VISITS, wanted(cast), key="k"))
    receipt = IdempotencyReceipt.objects.get()
    IdempotencyReceipt.objects.update(created_at=receipt.created_at - timedelta(hours=24, seconds=1))
    second = made(client.post(VISITS, wanted(cast, at=start_of(cast, "14:00")), key="k"))
    assert second["id"] != first["id"]
    assert IdempotencyReceipt.objects.get().resource_id is not None


@pytest.mark.parametrize("key", ["", " ", "two words", "é", "x" * 256, "tab\there"])
def test_an_odd_key_is_refused(cast: Cast, key: str) -> None:
    answer = api(cast.patient).post(VISITS, wanted(cast), key=key)
    assert refusal(answer) == (400, "validation_failed")
    assert answer.json()["errors"][0]["pointer"] == "#Idempotency-Key"
    assert not Appointment.objects.exists()
