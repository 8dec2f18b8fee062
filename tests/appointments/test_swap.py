"""Two visits change places over HTTP: both, or neither."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.appointments.models import Appointment, Transition
from backend.audit.models import AuditEntry
from backend.clinics.models import Service
from backend.events.models import DomainEvent
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, faults, refusal, rules, travel, wish
from tests.cast import TUE, WED, Cast
from tests.policy.traces import fingerprint

PLACE = ("starts_at", "practitioner_id", "clinic_id", "room_name")


def at(cast: Cast, weekday: Any = WED, time: str = "10:00") -> datetime:
    return cast.at(cast.coquitlam, weekday, time, week=2)


def booked(
    cast: Cast, who: Patient, by: Practitioner, start: datetime, service: Service | None = None
) -> dict[str, Any]:
    return book(api(who), wish(service or cast.physio_follow_up, cast.coquitlam, start, practitioner_id=by))


@pytest.fixture
def one(cast: Cast) -> dict[str, Any]:
    return booked(cast, cast.patient, cast.ims, at(cast))


@pytest.fixture
def other(cast: Cast) -> dict[str, Any]:
    """Half an hour later with the same practitioner: no time between, and their buffers meet."""
    return booked(cast, cast.parent, cast.ims, at(cast, time="10:30"))


@pytest.fixture
def desk(cast: Cast) -> ApiClient:
    return api(cast.desk_coquitlam)


def swap(client: ApiClient, one: dict[str, Any], other: dict[str, Any], **more: Any) -> Any:
    options = {name: more.pop(name) for name in ("key", "if_match") if name in more}
    body = {"with_appointment_id": other["id"], "reason": "They asked", **more}
    return client.post(f"{VISITS}/{one['id']}/swap", body, **options)


def places(*visits: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(visit[name] for name in PLACE) for visit in visits]


def swapped(answer: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return body["appointment"], body["with_appointment"]


def test_each_goes_to_the_place_of_the_other(
    cast: Cast, one: dict[str, Any], other: dict[str, Any], desk: ApiClient
) -> None:
    with CaptureQueriesContext(connection) as asked:
        first, second = swapped(swap(desk, one, other, key="s"))
    assert places(first, second) == places(other, one)
    assert [visit["revision"] for visit in (first, second)] == [1, 1]
    assert [visit["patient_id"] for visit in (first, second)] == [one["patient_id"], other["patient_id"]]
    assert sum(query["sql"].startswith('UPDATE "appointments_appointment"') for query in asked) == 1
    assert set(Appointment.objects.values_list("version", flat=True)) == {2}
    again = swap(desk, one, other, key="s")
    assert again["Idempotent-Replayed"] == "true"
    assert places(*swapped(again)) == places(first, second)


def test_practitioner_and_service_may_differ(cast: Cast, one: dict[str, Any], desk: ApiClient) -> None:
    """Each keeps its service, and the room follows where it suits."""
    other = booked(cast, cast.parent, cast.physio, at(cast, TUE), cast.physio_initial)
    first, second = swapped(swap(desk, one, other))
    assert [visit["practitioner_id"] for visit in (first, second)] == [str(cast.physio.pk), str(cast.ims.pk)]
    assert [visit["starts_at"] for visit in (first, second)] == [other["starts_at"], one["starts_at"]]
    assert [visit["duration_minutes"] for visit in (first, second)] == [30, 45]
    assert [visit["room_name"] for visit in (first, second)] == [one["room_name"], other["room_name"]]


def test_both_leave_their_traces(cast: Cast, one: dict[str, Any], other: dict[str, Any], desk: ApiClient) -> None:
    swapped(swap(desk, one, other))
    events = DomainEvent.objects.filter(type="appointment.rescheduled.v1")
    assert {str(event.subject_id) for event in events} == {one["id"], other["id"]}
    assert {event.payload["revision"] for event in events} == {1}
    moved = {datetime.fromisoformat(event.payload["previous_starts_at"]) for event in events}
    assert moved == {at(cast), at(cast, time="10:30")}
    entries = AuditEntry.objects.filter(action="appointment.swapped", reason="They asked")
    assert [list(entry.after) for entry in entries] == [["starts_at"], ["starts_at"]]
    assert Transition.objects.filter(from_status="booked", to_status="booked", reason="They asked").count() == 2


def test_the_rules_are_asked_for_both(cast: Cast, one: dict[str, Any], desk: ApiClient) -> None:
    """`physio` gives no ims treatment."""
    other = booked(cast, cast.cleared, cast.ims, at(cast, TUE), cast.ims_treatment)
    third = booked(cast, cast.parent, cast.physio, at(cast, TUE))
    before = fingerprint()
    for pair in ((other, third), (third, other)):
        refused = swap(desk, *pair)
        assert (refusal(refused), rules(refused)[0]) == ((422, "slot_not_bookable"), "not_offered")
    assert fingerprint() == before


def test_others_are_still_in_the_way(cast: Cast, one: dict[str, Any], desk: ApiClient) -> None:
    """Three quarters of an hour do not fit where half an hour was."""
    longer = booked(cast, cast.parent, cast.ims, at(cast, TUE), cast.physio_initial)
    booked(cast, cast.cleared, cast.ims, at(cast, time="10:30"))
    refused = swap(desk, one, longer)
    assert (refusal(refused), rules(refused)) == ((409, "slot_taken"), ["practitioner_busy"])


def test_where_they_go_the_two_may_be_in_each_others_way(cast: Cast, one: dict[str, Any], desk: ApiClient) -> None:
    """Only the constraints can see it: three quarters from ten on, and half an hour from half past."""
    longer = booked(cast, cast.parent, cast.ims, at(cast, time="10:30"), cast.physio_initial)
    before = fingerprint()
    assert refusal(swap(desk, one, longer)) == (409, "slot_taken")
    assert fingerprint() == before


def test_a_patient_is_not_in_two_places(cast: Cast, one: dict[str, Any], desk: ApiClient) -> None:
    other = booked(cast, cast.parent, cast.ims, at(cast, TUE))
    booked(cast, cast.patient, cast.physio, at(cast, TUE))
    assert refusal(swap(desk, one, other)) == (409, "patient_overlap")


def test_one_patient_may_change_two_visits(cast: Cast, one: dict[str, Any], desk: ApiClient) -> None:
    other = booked(cast, cast.patient, cast.physio, at(cast, time="10:30"))
    first, second = swapped(swap(desk, one, other))
    assert places(first, second) == places(other, one)


def test_soft_rules_can_be_set_aside(cast: Cast, one: dict[str, Any], other: dict[str, Any], desk: ApiClient) -> None:
    travel(to=at(cast) - timedelta(minutes=10))
    refused = swap(desk, one, other)
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["too_soon"])
    first, _ = swapped(swap(desk, one, other, overrides=[{"code": "too_soon", "reason": "Both agree"}]))
    assert [override["code"] for override in first["overrides"]] == ["too_soon"]
    hard = swap(desk, one, other, overrides=[{"code": "patient_busy", "reason": "Why not"}])
    assert refusal(hard) == (403, "override_not_allowed")


def test_neither_may_have_changed_meanwhile(
    cast: Cast, one: dict[str, Any], other: dict[str, Any], desk: ApiClient
) -> None:
    desk.patch(f"{VISITS}/{other['id']}", {"note": "Window seat"}, if_match=other["etag"])
    assert refusal(swap(desk, one, other, with_etag=other["etag"])) == (412, "etag_mismatch")
    assert refusal(swap(desk, other, one, if_match=other["etag"])) == (412, "etag_mismatch")
    assert refusal(swap(desk, one, other, with_etag="gone")) == (412, "etag_mismatch")
    other = desk.get(f"{VISITS}/{other['id']}").json()
    swapped(swap(desk, one, other, if_match=one["etag"], with_etag=other["etag"]))


def test_it_is_for_staff_and_for_two_visits_to_come(
    cast: Cast, one: dict[str, Any], other: dict[str, Any], desk: ApiClient
) -> None:
    assert refusal(swap(api(cast.patient), one, other)) == (403, "permission_denied")
    assert refusal(swap(api(cast.desk_langley), one, other)) == (404, "not_found")
    assert faults(swap(desk, one, one)) == {"/with_appointment_id": "invalid"}
    away = book(
        api(cast.stranger),
        wish(cast.physio_follow_up, cast.langley, cast.at(cast.langley, WED, "10:00", week=2)),
    )
    assert refusal(swap(desk, one, away)) == (404, "not_found")
    travel(to=at(cast))
    assert refusal(swap(desk, one, other)) == (409, "invalid_transition")
