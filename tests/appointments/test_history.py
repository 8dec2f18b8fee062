"""What happened to a visit, told over HTTP; and changing its note, which history tells too."""

from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.appointments.models import Transition
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from tests.api_client import ApiClient
from tests.appointments.calls import HOLDS, VISITS, api, book, faults, made, refusal, wish
from tests.cast import TUE, WED, Cast
from tests.policy.traces import fingerprint


def at(cast: Cast, weekday: Any = WED, time: str = "10:00") -> datetime:
    return cast.at(cast.coquitlam, weekday, time, week=2)


@pytest.fixture
def path(cast: Cast) -> str:
    """A follow-up of the child with `ims`, booked by the parent."""
    more = {"practitioner_id": cast.ims, "patient_id": cast.child, "note": "Back door"}
    visit = book(api(cast.parent), wish(cast.physio_follow_up, cast.coquitlam, at(cast), **more))
    return f"{VISITS}/{visit['id']}"


def told(client: ApiClient, path: str) -> list[dict[str, Any]]:
    answer = client.get(f"{path}/history")
    assert answer.status_code == 200, answer.content
    entries: list[dict[str, Any]] = answer.json()["results"]
    return entries


def changes(entry: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        one["field"]: (one["before_name"] or one["before"], one["after_name"] or one["after"])
        for one in entry["changes"]
    }


def live(cast: Cast, path: str) -> None:
    """Moved and confirmed by the desk, its note changed by the parent, cancelled by the desk."""
    desk, parent = api(cast.desk_coquitlam), api(cast.parent)
    body = {
        "starts_at": at(cast, TUE, "10:05").isoformat(),
        "practitioner_id": str(cast.physio.pk),
        "overrides": [{"code": "off_grid", "reason": "The bus"}],
    }
    assert desk.post(f"{path}/reschedule", body).status_code == 200
    assert desk.post(f"{path}/confirm").status_code == 200
    assert parent.patch(path, {"note": "Front door"}, if_match="*").status_code == 200
    assert desk.post(f"{path}/cancel", {"reason_code": "clinic", "note": "Flood"}).status_code == 200


def test_every_step_and_change_is_told_to_staff(cast: Cast, path: str) -> None:
    live(cast, path)
    entries = told(api(cast.desk_coquitlam), path)
    assert [(one["what"], one["status"], one["by"], one["by_name"]) for one in entries] == [
        ("booked", "booked", "guardian", "Parent Test"),
        ("rescheduled", "booked", "staff", "Desk.Coquitlam Test"),
        ("confirmed", "confirmed", "staff", "Desk.Coquitlam Test"),
        ("updated", "confirmed", "guardian", "Parent Test"),
        ("cancelled", "cancelled", "staff", "Desk.Coquitlam Test"),
    ]
    first, move, confirmed, note, cancelled = entries
    day = cast.day(cast.coquitlam, WED, week=2)
    assert changes(first) == {
        "starts_at": (None, f"{day}T10:00:00-07:00"),
        "clinic": (None, "Coquitlam"),
        "practitioner": (None, "Ims Test"),
        "room": (None, "Room 0"),
        "note": ("", "Back door"),
    }
    assert changes(move)["practitioner"] == ("Ims Test", "Physio Test")
    assert changes(move)["starts_at"][0] == f"{day}T10:00:00-07:00"
    assert move["reason"] == "off_grid: The bus"
    assert confirmed["changes"] == []
    assert changes(note) == {"note": ("Back door", "Front door")}
    assert changes(cancelled) == {"cancel_reason": ("none", "clinic"), "cancel_note": ("", "Flood")}


def test_the_family_is_told_what_staff_did_but_not_who_nor_what_they_wrote(cast: Cast, path: str) -> None:
    live(cast, path)
    entries = told(api(cast.parent), path)
    assert [(one["by"], one["by_name"], one["reason"]) for one in entries] == [
        ("guardian", "Parent Test", ""),
        ("staff", None, ""),
        ("staff", None, ""),
        ("guardian", "Parent Test", ""),
        ("staff", None, ""),
    ]
    assert changes(entries[-1]) == {"cancel_reason": ("none", "clinic")}
    assert "Flood" not in str(entries)


def test_the_practitioner_sees_it_and_a_stranger_does_not(cast: Cast, path: str) -> None:
    assert told(api(cast.ims), path)[0]["by_name"] == "Parent Test"
    for who in (cast.stranger, cast.physio, cast.desk_langley):
        assert refusal(api(who).get(f"{path}/history")) == (404, "not_found")


def test_a_hold_before_it_is_no_part_of_it(cast: Cast) -> None:
    client = api(cast.patient)
    hold = made(client.post(HOLDS, wish(cast.physio_follow_up, cast.coquitlam, at(cast))))
    visit = book(client, {"hold_id": hold["id"]})
    [entry] = told(client, f"{VISITS}/{visit['id']}")
    assert (entry["what"], entry["by"], entry["by_name"]) == ("booked", "patient", "Patient Test")
    assert set(changes(entry)) == {"starts_at", "clinic", "practitioner", "room"}


def test_it_takes_as_many_statements_however_much_happened(cast: Cast, path: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            told(desk, path)
        return len(captured)

    desk = api(cast.desk_coquitlam)
    one = count()
    live(cast, path)
    assert count() == one


def test_it_goes_through_in_pages(cast: Cast, path: str) -> None:
    live(cast, path)
    desk, found, query = api(cast.desk_coquitlam), [], {"limit": 2}
    while query:
        page = desk.get(f"{path}/history", query).json()
        found += page["results"]
        query = {"limit": 2, "cursor": page["next_cursor"]} if page["next_cursor"] else {}
    assert found == told(desk, path)


def test_nobody_changes_history(cast: Cast, path: str) -> None:
    for deed in (Transition.objects.update, Transition.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed(**({"reason": "x"} if deed == Transition.objects.update else {}))


def test_the_note_is_changed_and_cleared(cast: Cast, path: str) -> None:
    parent = api(cast.parent)
    before = parent.get(path).json()
    after = parent.patch(path, {"note": "Side door"}, if_match=before["etag"]).json()
    assert {name for name in after if after[name] != before[name]} == {"note", "etag", "updated_at"}
    assert parent.patch(path, {"note": None}, if_match=after["etag"]).json()["note"] == ""
    event = DomainEvent.objects.filter(type="appointment.updated.v1").first()
    assert event is not None
    assert "door" not in str(event.payload)
    assert "door" not in str(list(AuditEntry.objects.values()))


def test_a_note_as_it_is_changes_nothing(cast: Cast, path: str) -> None:
    parent, before = api(cast.parent), fingerprint()
    for body in ({}, {"note": "Back door"}):
        assert parent.patch(path, body, if_match="*").status_code == 200
    assert fingerprint() == before


def test_a_note_is_changed_by_who_has_seen_the_last_one(cast: Cast, path: str) -> None:
    parent, desk = api(cast.parent), api(cast.desk_coquitlam)
    seen = parent.get(path)["ETag"]
    assert desk.patch(path, {"note": "Ramp"}, if_match=seen).status_code == 200
    assert refusal(parent.patch(path, {"note": "Stairs"}, if_match=seen)) == (412, "etag_mismatch")
    assert refusal(parent.patch(path, {"note": "Stairs"})) == (428, "if_match_required")
    assert refusal(api(cast.ims).patch(path, {"note": "Mine"}, if_match="*")) == (403, "permission_denied")
    too_long = parent.patch(path, {"note": "x" * 1001}, if_match="*")
    assert faults(too_long) == {"/note": "too_long"}


def test_the_note_of_a_visit_that_is_over_stays(cast: Cast, path: str) -> None:
    live(cast, path)
    refused = api(cast.parent).patch(path, {"note": "Late"}, if_match="*")
    assert refusal(refused) == (409, "invalid_transition")
