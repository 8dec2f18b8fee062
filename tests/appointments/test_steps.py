"""The life of a visit over HTTP: confirmed, checked in, started, completed, or missed."""

from datetime import timedelta
from typing import Any

import pytest

from backend.appointments.enums import Status
from backend.appointments.lifecycle import STEPS
from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, refusal, travel, wish
from tests.appointments.rows import WAYS, add_visit
from tests.cast import MON, Cast
from tests.policy.traces import fingerprint, undone

ACTIONS = {
    Status.CONFIRMED: "confirm",
    Status.CHECKED_IN: "check-in",
    Status.IN_PROGRESS: "start",
    Status.COMPLETED: "complete",
    Status.NO_SHOW: "no-show",
    Status.CANCELLED: "cancel",
}
SHOWN = [status for status in Status if status not in (Status.HELD, Status.EXPIRED)]
ILLEGAL = [(came, to) for came in SHOWN for to in ACTIONS if came not in STEPS[to].sources]


def take(client: ApiClient, path: str, to: Status, **more: Any) -> Any:
    body = {"reason_code": "other"} if to == Status.CANCELLED else None
    return client.post(f"{path}/{ACTIONS[to]}", body, **more)


def add(cast: Cast, status: str, **more: Any) -> str:
    room = cast.coquitlam.rooms.order_by("name")[0]
    start = cast.at(cast.coquitlam, MON, "10:00", week=2)
    facts = {"patient": cast.patient, "practitioner": cast.physio, "service": cast.physio_follow_up, **more}
    return f"{VISITS}/{add_visit(room=room, starts_at=start, status=status, **facts).pk}"


def test_a_visit_from_booking_to_the_end(cast: Cast) -> None:
    at = cast.at(cast.coquitlam, MON, "10:00", week=2)
    visit = book(api(cast.patient), wish(cast.physio_follow_up, cast.coquitlam, at, practitioner_id=cast.physio))
    path, desk, physio = f"{VISITS}/{visit['id']}", api(cast.desk_coquitlam), api(cast.physio)
    life = [
        (api(cast.patient), Status.CONFIRMED, "confirmed_at"),
        (desk, Status.CHECKED_IN, "checked_in_at"),
        (physio, Status.IN_PROGRESS, "started_at"),
        (physio, Status.COMPLETED, "completed_at"),
    ]
    tags = [visit["etag"]]
    for client, to, stamp in life:
        travel(by=timedelta(minutes=1))
        answer = take(client, path, to, if_match=tags[-1])
        assert (answer.status_code, answer.json()["status"]) == (200, to)
        tags.append(answer["ETag"])
        row = Appointment.objects.get(pk=visit["id"])
        assert getattr(row, stamp) == row.updated_at
    assert len(set(tags)) == 5
    assert row.version == 5

    steps = list(row.transitions.order_by("at").values_list("from_status", "to_status", "by"))
    ours, theirs = cast.patient.user_id, cast.physio.user_id
    assert steps == [
        ("", "booked", ours),
        ("booked", "confirmed", ours),
        ("confirmed", "checked_in", cast.desk_coquitlam.pk),
        ("checked_in", "in_progress", theirs),
        ("in_progress", "completed", theirs),
    ]
    assert list(DomainEvent.objects.order_by("position").values_list("type", flat=True)) == [
        "appointment.booked.v1",
        "appointment.confirmed.v1",
        "appointment.checked_in.v1",
        "appointment.started.v1",
        "appointment.completed.v1",
    ]
    assert AuditEntry.objects.filter(subject_id=visit["id"]).count() == 5


@pytest.mark.parametrize("came_from", SHOWN)
def test_what_the_table_does_not_have_is_refused_with_both_states(cast: Cast, came_from: Status) -> None:
    desk, path = api(cast.desk_coquitlam), add(cast, came_from)
    travel(to=cast.at(cast.coquitlam, MON, "10:00", week=2))
    before = fingerprint()
    for to in (to for came, to in ILLEGAL if came == came_from):
        answer = take(desk, path, to)
        assert refusal(answer) == (409, "invalid_transition"), to
        told = answer.json()
        assert (told["from_status"], told["to_status"]) == (came_from, to)
    assert fingerprint() == before


@pytest.mark.parametrize("to", ACTIONS)
def test_every_step_of_the_table_can_be_taken(cast: Cast, to: Status) -> None:
    desk = api(cast.desk_coquitlam)
    if to == Status.NO_SHOW:
        travel(to=cast.at(cast.coquitlam, MON, "10:00", week=2))
    for came_from in STEPS[to].sources:
        with undone():
            assert take(desk, add(cast, came_from), to).json()["status"] == to


def test_nobody_is_missed_before_the_visit_has_begun(cast: Cast) -> None:
    desk, path = api(cast.desk_coquitlam), add(cast, "confirmed")
    Appointment.objects.update(price_minor=10_000, no_show_fee_percent=100)
    start = cast.at(cast.coquitlam, MON, "10:00", week=2)
    travel(to=start - timedelta(seconds=2))
    before = fingerprint()
    early = take(desk, path, Status.NO_SHOW)
    assert refusal(early) == (409, "invalid_transition")
    assert early.json()["detail"] == "The visit has not begun yet, so nobody has missed it."
    assert fingerprint() == before
    travel(to=start)
    missed = take(desk, path, Status.NO_SHOW).json()
    assert (missed["status"], missed["fee_minor"], missed["cancel_reason"]) == ("no_show", 10_000, "none")


def test_a_missed_visit_costs_what_the_visits_own_policy_says(cast: Cast) -> None:
    path = add(cast, "booked")
    Appointment.objects.update(price_minor=9_999, no_show_fee_percent=33)
    travel(to=cast.at(cast.coquitlam, MON, "10:00", week=2))
    assert take(api(cast.physio), path, Status.NO_SHOW).json()["fee_minor"] == 3_299, "rounded down"


def test_a_patient_may_confirm_and_cancel_and_nothing_else(cast: Cast) -> None:
    client, path = api(cast.patient), add(cast, "booked")
    before = fingerprint()
    for to in (Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED, Status.NO_SHOW):
        assert refusal(take(client, path, to)) == (403, "permission_denied")
    assert fingerprint() == before
    assert take(client, path, Status.CONFIRMED).status_code == 200
    assert take(client, path, Status.CANCELLED).status_code == 200


def test_a_practitioner_attends_to_their_own_visits_only(cast: Cast) -> None:
    path = add(cast, "booked")
    assert refusal(take(api(cast.ims), path, Status.CHECKED_IN)) == (404, "not_found")
    assert refusal(take(api(cast.physio), path, Status.CONFIRMED)) == (403, "permission_denied")
    assert take(api(cast.physio), path, Status.CHECKED_IN).status_code == 200


@pytest.mark.parametrize("to", ACTIONS)
def test_every_step_honours_if_match(cast: Cast, to: Status) -> None:
    came_from = min(STEPS[to].sources, key=lambda status: len(WAYS[status]))
    desk, path = api(cast.desk_coquitlam), add(cast, came_from)
    if to == Status.NO_SHOW:
        travel(to=cast.at(cast.coquitlam, MON, "10:00", week=2))
    seen = desk.get(path)["ETag"]
    Appointment.objects.update(version=7)
    before = fingerprint()
    assert refusal(take(desk, path, to, if_match=seen)) == (412, "etag_mismatch")
    assert fingerprint() == before
    assert take(desk, path, to, if_match=desk.get(path)["ETag"]).status_code == 200
