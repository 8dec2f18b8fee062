"""Clinics, rooms and policies are set up by those who manage them."""

from typing import Any

import pytest

from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic, Room
from backend.events.models import DomainEvent
from tests.api_client import ApiClient
from tests.cast import MON, Cast

CALGARY: dict[str, Any] = {
    "slug": "calgary-beltline",
    "name": "Calgary Beltline",
    "street": "12 Centre Street",
    "city": "Calgary",
    "province": "AB",
    "postal_code": "t2r1k7",
    "latitude": 51.04123456,
    "longitude": -114.07,
    "timezone": "America/Edmonton",
    "phone": "403 555 0123",
    "email": "calgary@example.test",
}


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def first_error(answer: Any) -> tuple[int, str, str]:
    [error] = answer.json()["errors"]
    return answer.status_code, error["pointer"], error["code"]


def as_patient(cast: Cast) -> ApiClient:
    assert cast.patient.user
    return ApiClient().as_(cast.patient.user)


def book(cast: Cast) -> str:
    """A follow-up at Coquitlam, Monday 10:00, with `ims`."""
    wanted = {
        "service_id": str(cast.physio_follow_up.id),
        "clinic_id": str(cast.coquitlam.id),
        "practitioner_id": str(cast.ims.id),
        "starts_at": cast.at(cast.coquitlam, MON, "10:00").isoformat(),
    }
    answer = as_patient(cast).post("/v1/appointments", wanted, key="visit")
    assert answer.status_code == 201, answer.content
    booked: str = answer.json()["id"]
    return booked


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.manager_coquitlam)


@pytest.fixture
def owner(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.owner)


def test_an_owner_opens_a_clinic(owner: ApiClient) -> None:
    made = owner.post("/v1/clinics", CALGARY)
    assert made.status_code == 201, made.content
    body = made.json()
    assert made["Location"] == f"/v1/clinics/{body['id']}"
    assert made["ETag"] == body["etag"]
    assert (body["postal_code"], body["phone"], body["latitude"]) == ("T2R 1K7", "+14035550123", 51.041235)
    assert body["affected_appointments"] == []
    seen = ApiClient().get(made["Location"]).json()
    assert (seen["slug"], seen["timezone"], seen["utc_offset"]) == ("calgary-beltline", "America/Edmonton", "-06:00")
    assert (seen["services"], seen["opening_hours"]) == ([], [])
    entry = AuditEntry.objects.get(action="clinic.created")
    assert (str(entry.subject_id), entry.before, entry.after["slug"]) == (body["id"], {}, "calgary-beltline")
    assert DomainEvent.objects.get(type="clinic.created.v1").subject_id == entry.subject_id


def test_a_slug_is_taken_once(owner: ApiClient) -> None:
    taken = owner.post("/v1/clinics", CALGARY | {"slug": "langley"})
    assert (taken.json()["code"], *first_error(taken)) == ("already_exists", 409, "/slug", "taken")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Canada/Nowhere"),
        ("timezone", "america/edmonton"),
        ("province", "WA"),
        ("postal_code", "90210"),
        ("phone", "555 0123"),
        ("latitude", 91),
        ("slug", "Calgary West"),
        ("email", "nobody"),
    ],
)
def test_what_no_clinic_has_is_refused(owner: ApiClient, field: str, value: object) -> None:
    answer = owner.post("/v1/clinics", CALGARY | {field: value})
    assert first_error(answer)[:2] == (400, f"/{field}")
    assert not Clinic.objects.filter(slug=CALGARY["slug"]).exists()


def test_only_an_owner_opens_clinics(manager: ApiClient) -> None:
    assert refusal(manager.post("/v1/clinics", CALGARY)) == (403, "permission_denied")


def test_a_manager_changes_the_own_clinic(cast: Cast, manager: ApiClient) -> None:
    path = f"/v1/clinics/{cast.coquitlam.id}"
    before = manager.get(path).json()
    changed = manager.patch(path, {"name": "Evergreen Coquitlam", "phone": "604-555-0199"}, if_match=before["etag"])
    assert changed.status_code == 200, changed.content
    after = manager.get(path).json()
    assert (after["name"], after["phone"], after["city"]) == ("Evergreen Coquitlam", "+16045550199", before["city"])
    entry = AuditEntry.objects.get(action="clinic.changed")
    assert (entry.actor_id, entry.clinic_id) == (cast.manager_coquitlam.id, cast.coquitlam.id)
    assert entry.before == {"name": "Coquitlam", "phone": "+16045550100"}
    assert entry.after == {"name": "Evergreen Coquitlam", "phone": "+16045550199"}
    assert refusal(manager.patch(path, {"name": "Late"}, if_match=before["etag"])) == (412, "etag_mismatch")
    assert refusal(manager.patch(path, {"name": "Blind"})) == (428, "if_match_required")
    assert manager.patch(path, {"name": "Next"}, if_match=changed.json()["etag"]).status_code == 200


def test_nothing_is_written_where_nothing_changes(cast: Cast, manager: ApiClient) -> None:
    path = f"/v1/clinics/{cast.coquitlam.id}"
    same = manager.patch(path, {"name": "Coquitlam", "latitude": 49.28}, if_match="*")
    assert same.json()["etag"].startswith('"1-')
    assert not AuditEntry.objects.filter(action="clinic.changed").exists()


def test_a_slug_never_changes(cast: Cast, manager: ApiClient) -> None:
    answer = manager.patch(f"/v1/clinics/{cast.coquitlam.id}", {"slug": "other"}, if_match="*")
    assert refusal(answer) == (400, "unknown_field")


def test_another_managers_clinic_is_seen_but_not_changed(cast: Cast) -> None:
    other = ApiClient().as_(cast.manager_langley)
    path = f"/v1/clinics/{cast.coquitlam.id}"
    for method, part, body in (("PATCH", "", {"name": "X"}), ("GET", "/policy", None), ("GET", "/rooms", None)):
        assert refusal(other.call(method, path + part, body, if_match="*")) == (403, "permission_denied")
    room = Room.objects.filter(clinic=cast.coquitlam).first()
    assert room
    assert refusal(other.patch(f"/v1/rooms/{room.pk}", {"name": "X"}, if_match="*")) == (404, "not_found")
    assert refusal(other.get(f"/v1/rooms/{room.pk}")) == (404, "not_found")


def test_a_withdrawn_clinic_is_hidden_and_comes_back(cast: Cast, manager: ApiClient) -> None:
    visit = book(cast)
    path = f"/v1/clinics/{cast.coquitlam.id}"
    etag = manager.get(path).json()["etag"]
    asked = manager.call("PATCH", path, {"is_active": False}, query={"dry_run": "true"}, if_match=etag).json()
    assert ApiClient().get(path).status_code == 200
    withdrawn = manager.patch(path, {"is_active": False}, if_match=etag).json()
    assert withdrawn == asked
    [affected] = withdrawn["affected_appointments"]
    assert (affected["appointment_id"], affected["rules"]) == (visit, ["not_offered"])
    assert ApiClient().get(path).status_code == 404
    other = ApiClient().as_(cast.manager_langley)
    assert refusal(other.patch(path, {"is_active": True}, if_match="*")) == (404, "not_found")
    assert manager.patch(path, {"is_active": True}, if_match=withdrawn["etag"]).status_code == 200
    assert ApiClient().get(path).status_code == 200
    booked = as_patient(cast).get(f"/v1/appointments/{visit}").json()
    assert booked["status"] == "booked"


def test_the_policy_has_an_address_of_its_own(cast: Cast, manager: ApiClient) -> None:
    path = f"/v1/clinics/{cast.coquitlam.id}/policy"
    before = manager.get(path)
    assert before.json() == {
        "clinic_id": str(cast.coquitlam.id),
        "is_online_booking_on": True,
        "notice_minutes": 120,
        "horizon_days": 182,
        "free_cancellation_minutes": 1440,
        "late_cancellation_fee_percent": 50,
        "no_show_fee_percent": 100,
        "reschedule_limit": 3,
        "reschedule_within_days": 60,
        "desk_books_after_no_shows": None,
        "cold_or_heat": "undecided",
        "etag": before["ETag"],
    }
    wanted = {
        "notice_minutes": 0,
        "free_cancellation_minutes": 2880,
        "desk_books_after_no_shows": 3,
        "cold_or_heat": "heat",
    }
    after = manager.patch(path, wanted, if_match=before["ETag"]).json()
    assert after == {**before.json(), **wanted, "etag": after["etag"]}
    entry = AuditEntry.objects.get(action="clinic.changed")
    assert (entry.before["notice_minutes"], entry.after) == (120, wanted)
    assert ApiClient().get(f"/v1/clinics/{cast.coquitlam.id}").json()["policy"]["free_cancellation_minutes"] == 2880
    assert refusal(manager.patch(path, {"notice_minutes": 5}, if_match=before["ETag"])) == (412, "etag_mismatch")
    stale = manager.get(f"/v1/clinics/{cast.coquitlam.id}").json()["etag"]
    assert manager.patch(path, {"desk_books_after_no_shows": None}, if_match=stale).status_code == 200


def test_rooms_are_added_changed_and_taken_out_of_use(cast: Cast, manager: ApiClient) -> None:
    path = f"/v1/clinics/{cast.coquitlam.id}/rooms"
    made = manager.post(path, {"name": "Pool", "kind": "treatment"})
    assert made.status_code == 201, made.content
    room = made.json()
    assert made["Location"] == f"/v1/rooms/{room['id']}"
    assert manager.get(made["Location"]).json() == {k: v for k, v in room.items() if k != "affected_appointments"}
    names = [one["name"] for one in manager.get(path).json()["results"]]
    assert names == ["Pool", "Room 0", "Room 1", "Room 2", "Room 3"]
    taken = manager.post(path, {"name": "Pool", "kind": "massage"})
    assert (taken.json()["code"], *first_error(taken)) == ("already_exists", 409, "/name", "taken")
    renamed = manager.patch(made["Location"], {"name": "Room 0"}, if_match=room["etag"])
    assert (renamed.json()["code"], *first_error(renamed)) == ("already_exists", 409, "/name", "taken")
    resting = manager.patch(made["Location"], {"is_active": False}, if_match=room["etag"]).json()
    assert (resting["is_active"], resting["affected_appointments"]) == (False, [])
    assert [entry.action for entry in AuditEntry.objects.order_by("at")] == ["room.created", "room.changed"]
    assert refusal(manager.patch(made["Location"], {"name": "X"}, if_match=room["etag"])) == (412, "etag_mismatch")


def test_visits_that_lose_their_room_are_named_first(cast: Cast, manager: ApiClient) -> None:
    visit = book(cast)
    from_patient = as_patient(cast).get(f"/v1/appointments/{visit}").json()
    room = Room.objects.get(clinic=cast.coquitlam, name=from_patient["room_name"])
    path, change = f"/v1/rooms/{room.pk}", {"kind": "massage"}
    asked = manager.call("PATCH", path, change, query={"dry_run": "true"}, if_match="*").json()
    assert [one["rules"] for one in asked["affected_appointments"]] == [["no_room"]]
    assert manager.get(path).json()["kind"] == "treatment"
    assert not AuditEntry.objects.filter(action="room.changed").exists()
    assert manager.patch(path, change, if_match="*").json() == asked


def test_a_key_opens_one_clinic(owner: ApiClient) -> None:
    first, again = (owner.post("/v1/clinics", CALGARY, key="k") for _ in range(2))
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
