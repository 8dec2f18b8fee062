"""The record of a session: entered, signed, corrected, and who may see it (D12)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction

from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.care.models import SessionRecord, SessionRecordAmendment
from backend.common.db import constraint_of
from backend.common.models import IdempotencyReceipt
from backend.events.models import DomainEvent
from backend.practitioners.models import Credential
from tests.api_client import ApiClient
from tests.appointments.calls import api, made, refusal
from tests.appointments.rows import add_visit, change
from tests.care.sessions import MUSCLES, WHOLE, record_of, session_of
from tests.cast import MON, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    """A session of an hour ago."""
    return session_of(cast)


@pytest.fixture
def signed(cast: Cast, visit: Appointment) -> dict[str, Any]:
    """Its record, signed."""
    made(api(cast.ims).post(record_of(visit), WHOLE))
    answer = api(cast.ims).post(f"{record_of(visit)}/sign")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def missing(answer: Any) -> list[str]:
    return [one["pointer"] for one in answer.json()["errors"]]


def test_a_record_is_entered_bit_by_bit_and_signed(cast: Cast, visit: Appointment) -> None:
    client, path = api(cast.ims), record_of(visit)
    draft = made(client.post(path, {"is_sterilised": True, "pain_before": 7}))
    assert (draft["status"], draft["muscles"], draft["pain_after"], draft["signed_by_name"]) == (
        "draft",
        [],
        None,
        None,
    )
    refused = client.post(f"{path}/sign")
    assert refusal(refused) == (422, "record_incomplete")
    assert missing(refused) == ["/muscles", "/needles_in", "/needles_out", "/pain_after"]
    later = {"muscles": MUSCLES, "needles_in": 6, "needles_out": 5, "pain_after": 4}
    changed = client.patch(path, later, if_match=draft["etag"]).json()
    assert (changed["muscles"], changed["pain_before"], changed["function_score"]) == (MUSCLES, 7, None)
    assert refusal(client.post(f"{path}/sign")) == (422, "needles_unaccounted")
    counted = client.patch(path, {"needles_out": 6}, if_match=changed["etag"]).json()
    signed = client.post(f"{path}/sign", if_match=counted["etag"]).json()
    assert (signed["status"], signed["signed_by_name"], signed["amendments"]) == ("signed", "Ims Test", [])
    assert client.get(path).json() == signed
    assert refusal(client.post(f"{path}/sign")) == (409, "invalid_transition")
    assert refusal(client.patch(path, {"note": "More"}, if_match="*")) == (409, "invalid_transition")
    [event] = DomainEvent.objects.filter(type="session_record.signed.v1")
    assert event.payload == {"appointment_id": str(visit.pk), "patient_id": str(cast.cleared.pk)}


def test_a_signed_record_is_corrected_and_what_it_said_stays(cast: Cast, visit: Appointment, signed: Any) -> None:
    client, path = api(cast.ims), f"{record_of(visit)}/amend"
    first = client.post(path, {"pain_after": 3, "reason": "Misheard."}, if_match=signed["etag"]).json()
    assert (first["pain_after"], first["pain_before"], first["status"]) == (3, 7, "signed")
    [amendment] = first["amendments"]
    said = {name: amendment[name] for name in ("number", "by_name", "reason", "before")}
    assert said == {"number": 1, "by_name": "Ims Test", "reason": "Misheard.", "before": WHOLE}
    second = client.post(path, {"needles_in": 8, "needles_out": 8, "reason": "Two more."}).json()
    assert [one["before"]["pain_after"] for one in second["amendments"]] == [4, 3]
    assert refusal(client.post(path, {"note": "x", "reason": "y"}, if_match=signed["etag"])) == (412, "etag_mismatch")
    odd = client.post(path, {"needles_out": 7, "reason": "Hm."})
    assert refusal(odd) == (422, "needles_unaccounted")
    assert refusal(client.post(path, {"pain_after": None, "reason": "Hm."})) == (422, "record_incomplete")
    assert SessionRecordAmendment.objects.count() == 2
    assert DomainEvent.objects.filter(type="session_record.amended.v1").count() == 2


def test_a_draft_is_changed_not_amended(cast: Cast, visit: Appointment) -> None:
    made(api(cast.ims).post(record_of(visit), WHOLE))
    refused = api(cast.ims).post(f"{record_of(visit)}/amend", {"reason": "Hm."})
    assert refusal(refused) == (409, "invalid_transition")


@pytest.mark.parametrize(("status", "may"), [("booked", False), ("confirmed", False), ("no_show", False)])
def test_nobody_records_a_visit_that_does_not_take_place(cast: Cast, status: str, may: bool) -> None:
    visit = session_of(cast, status=status)
    assert refusal(api(cast.ims).post(record_of(visit), WHOLE)) == (409, "invalid_transition")
    with pytest.raises(Error) as refused, transaction.atomic():
        SessionRecord.objects.create(appointment=visit)
    assert constraint_of(refused.value) == "session_record_is_of_a_visit_that_takes_place"


def test_a_visit_without_needles_has_no_record(cast: Cast) -> None:
    visit = session_of(cast, service=cast.physio_follow_up)
    assert refusal(api(cast.ims).post(record_of(visit), WHOLE)) == (409, "invalid_transition")


@pytest.mark.parametrize("status", ["checked_in", "in_progress"])
def test_it_can_be_begun_while_the_patient_is_there(cast: Cast, status: str) -> None:
    made(api(cast.ims).post(record_of(session_of(cast, status=status)), {}))


def test_a_visit_that_was_cancelled_meanwhile_is_not_signed(cast: Cast) -> None:
    visit = session_of(cast, status="checked_in")
    made(api(cast.ims).post(record_of(visit), WHOLE))
    change(visit, status="cancelled", cancelled_at=cast.now, cancel_reason="ill")
    assert refusal(api(cast.ims).post(f"{record_of(visit)}/sign")) == (409, "invalid_transition")


def test_a_visit_has_one_record(cast: Cast, visit: Appointment, monkeypatch: pytest.MonkeyPatch) -> None:
    client = api(cast.ims)
    made(client.post(record_of(visit), {}))
    assert refusal(client.post(record_of(visit), {})) == (409, "already_exists")
    # As if the twin had come between the look and the insert: the constraint judges.
    nothing = SessionRecord.objects.none()
    monkeypatch.setattr(SessionRecord.objects, "filter", lambda **_: nothing)
    assert refusal(client.post(record_of(visit), {})) == (409, "already_exists")
    assert SessionRecord.objects.count() == 1


def test_who_lacked_a_proof_on_the_day_does_not_sign(cast: Cast, visit: Appointment) -> None:
    path = f"{record_of(visit)}/sign"
    made(api(cast.ims).post(record_of(visit), WHOLE))
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    day = visit.starts_at.astimezone().date()
    change(proof, valid_until=day - timedelta(days=3))
    assert refusal(api(cast.ims).post(path)) == (403, "permission_denied")
    change(proof, valid_until=day + timedelta(days=1))
    assert api(cast.ims).post(path).status_code == 200


def test_only_who_treats_the_patient_sees_it(cast: Cast, visit: Appointment, signed: Any) -> None:
    path = record_of(visit)
    for who in (cast.cleared, cast.desk_coquitlam, cast.manager_coquitlam, cast.owner):
        assert refusal(api(who).get(path)) == (403, "permission_denied")
        assert refusal(api(who).post(f"{path}/sign")) == (403, "permission_denied")
    assert refusal(api(cast.physio).get(path)) == (404, "not_found")
    assert refusal(api(cast.toronto_ims).get(path)) == (404, "not_found")
    assert refusal(ApiClient().get(path)) == (401, "not_authenticated")


def test_who_treats_the_patient_next_reads_it_and_changes_nothing(cast: Cast, visit: Appointment, signed: Any) -> None:
    room, start = cast.coquitlam.rooms.order_by("name")[0], cast.at(cast.coquitlam, MON, "10:00")
    to_come = add_visit(
        service=cast.physio_follow_up, practitioner=cast.physio, patient=cast.cleared, room=room, starts_at=start
    )
    client, path = api(cast.physio), record_of(visit)
    assert client.get(path).json() == signed
    denied = (403, "permission_denied")
    assert refusal(client.patch(path, {"note": "x"}, if_match="*")) == denied
    assert refusal(client.post(f"{path}/amend", {"note": "x", "reason": "y"})) == denied
    assert refusal(client.post(f"{path}/sign")) == denied
    assert refusal(client.post(path, {})) == denied
    change(to_come, status="cancelled", cancelled_at=cast.now, cancel_reason="other")
    assert refusal(client.get(path)) == (404, "not_found")


def test_reading_and_writing_are_in_the_audit_log_without_what_was_found(cast: Cast, visit: Appointment) -> None:
    client, path = api(cast.ims), record_of(visit)
    draft = made(client.post(path, WHOLE))
    client.get(path)
    client.patch(path, {"note": "Xylophone", "pain_after": 1}, if_match=draft["etag"])
    client.post(f"{path}/sign")
    client.post(f"{path}/amend", {"pain_after": 2, "reason": "Zither"})
    entries = AuditEntry.objects.filter(subject_type="session_record").order_by("pk")
    assert [(one.action, one.after, one.reason, one.purpose) for one in entries] == [
        ("session_record.started", {}, "", "care"),
        ("session_record.read", {}, "", "care"),
        ("session_record.changed", {"fields": ["note", "pain_after"]}, "", "care"),
        ("session_record.signed", {}, "", "care"),
        ("session_record.amended", {"fields": ["pain_after"], "number": 1}, "", "care"),
    ]
    assert {(one.actor_id, one.patient_id) for one in entries} == {(cast.ims.user_id, cast.cleared.pk)}


def test_a_replay_is_rendered_again_and_not_stored(cast: Cast, visit: Appointment) -> None:
    client, path = api(cast.ims), record_of(visit)
    draft = made(client.post(path, WHOLE, key="begin"))
    changes = {"note": "More", "pain_after": None, "needles_out": 6}
    changed = client.patch(path, {**changes, "pain_after": 4}, if_match=draft["etag"], key="change")
    assert changed.status_code == 200
    signed = client.post(f"{path}/sign", key="sign")
    amended = client.post(f"{path}/amend", {"note": "x", "reason": "y"}, key="amend")
    for answer in (
        client.post(path, WHOLE, key="begin"),
        client.post(f"{path}/sign", key="sign"),
        client.post(f"{path}/amend", {"note": "x", "reason": "y"}, key="amend"),
    ):
        assert (answer.headers["Idempotent-Replayed"], answer.json()) == ("true", amended.json())
    assert signed.status_code == 200
    assert SessionRecordAmendment.objects.count() == 1
    assert set(IdempotencyReceipt.objects.values_list("body", flat=True)) == {None}


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"pain_before": 11}, "session_record_pain_before_is_to_ten"),
    ({"function_score": 11}, "session_record_function_score_is_to_ten"),
    ({"muscles": {}}, "session_record_muscles_are_named"),
    ({"muscles": [{"name": "", "twitch_obtained": True}]}, "session_record_muscles_are_named"),
    ({"muscles": [{"name": "x", "twitch_obtained": None}]}, "session_record_muscles_are_named"),
    ({"muscles": [{"name": "x"}]}, "session_record_muscles_are_named"),
    ({"status": "signed"}, "session_record_is_signed_by_somebody"),
    ({"status": "signed", "sign": True, "needles_out": 5}, "session_record_leaves_no_needle"),
    ({"status": "signed", "sign": True, "pain_after": None}, "session_record_is_whole_when_signed"),
    ({"status": "signed", "sign": True, "muscles": []}, "session_record_is_whole_when_signed"),
]


@pytest.mark.parametrize(("values", "constraint"), BROKEN)
def test_the_database_refuses_what_no_record_may_say(
    cast: Cast, visit: Appointment, values: dict[str, Any], constraint: str
) -> None:
    record = SessionRecord.objects.create(appointment=visit, **WHOLE)
    if values.pop("sign", False):
        values |= {"signed_at": cast.now, "signed_by_id": cast.ims.user_id}
    with pytest.raises(Error) as refused, transaction.atomic():
        change(record, **values)
    assert constraint_of(refused.value) == constraint


def test_the_database_refuses_to_change_what_was_signed_without_an_amendment(
    cast: Cast, visit: Appointment, signed: Any
) -> None:
    other = session_of(cast, ended=timedelta(days=8))
    record = SessionRecord.objects.get(pk=signed["id"])
    kept = {"at": cast.now, "by": cast.owner, "reason": "x", "before": {}}
    SessionRecordAmendment.objects.create(record=record, number=1, **kept)
    for values in ({"note": "x"}, {"amendment_count": 2}, {"status": "draft"}, {"appointment": other}):
        with pytest.raises(Error) as refused, transaction.atomic():
            change(record, **{"amendment_count": 0, **values})
        assert constraint_of(refused.value) == "session_record_is_amended_only"
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM care_sessionrecord")
    assert constraint_of(refused.value) == "session_record_is_amended_only"
    change(record, note="x", amendment_count=1)
