"""The audit log over HTTP: what owners find in it, and what patients are told."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.audit.actions import record
from backend.audit.models import AuditEntry
from backend.clinics.models import Membership
from backend.patients.models import Patient
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, book, wish
from tests.cast import MON, Cast
from tests.patients.answers import answer

EVENTS, LOG = "/v1/audit-events", "/v1/me/access-log"


def api(who: Any) -> ApiClient:
    return ApiClient().as_(getattr(who, "user", who))


def events(cast: Cast, **query: Any) -> list[dict[str, Any]]:
    answer = api(cast.owner).get(EVENTS, query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return [one for one in found if one["action"] != "session.started"]


def log(who: Any, **query: Any) -> list[dict[str, Any]]:
    answer = api(who).get(LOG, query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def a_visit(cast: Cast) -> dict[str, Any]:
    return wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, MON, "10:00"))


def change(cast: Cast) -> None:
    """The desk of Coquitlam changes the patient's phone number."""
    path = f"/v1/patients/{cast.patient.pk}"
    assert api(cast.desk_coquitlam).patch(path, {"phone": "+16045550123"}, if_match="*").status_code == 200


def test_an_entry_says_who_did_what_of_whom_and_why(cast: Cast) -> None:
    change(cast)
    (entry,) = events(cast, action="patient.changed")
    assert (entry["actor_id"], entry["actor_name"]) == (str(cast.desk_coquitlam.pk), "Desk.Coquitlam Test")
    assert (entry["patient_id"], entry["patient_name"]) == (str(cast.patient.pk), "Patient Test")
    assert (entry["subject_type"], entry["purpose"]) == ("patient", "booking")
    assert entry["changes"] == [{"field": "phone", "before": None, "after": "+16045550123"}]
    assert entry["request_id"].startswith("req_")


def test_filters_narrow(cast: Cast) -> None:
    change(cast)
    api(cast.desk_langley).get(f"/v1/patients/{cast.stranger.pk}")
    at = AuditEntry.objects.get(action="patient.changed").at
    by_desk = {one["action"] for one in events(cast, actor=str(cast.desk_coquitlam.pk))}
    assert by_desk == {"patient.changed"}
    assert {one["action"] for one in events(cast, patient=str(cast.stranger.pk))} == {"patient.read"}
    assert events(cast, clinic=str(cast.toronto.pk)) == []
    assert [
        one["action"]
        for one in events(cast, from_at=at.isoformat(), to_at=(at + timedelta(microseconds=1)).isoformat())
    ] == ["patient.changed"]
    assert events(cast, to_at=at.isoformat(), action="patient.changed") == []


def test_what_showed_several_patients_is_about_each(cast: Cast) -> None:
    api(cast.desk_coquitlam).get("/v1/patients")
    (entry,) = events(cast, patient=str(cast.patient.pk), action="patient.listed")
    assert entry["patient_id"] is None
    assert {str(cast.patient.pk), str(cast.child.pk)} <= set(entry["patient_ids"])
    assert events(cast, patient=str(cast.stranger.pk), action="patient.listed") == []


def test_reading_the_log_is_an_entry(cast: Cast) -> None:
    events(cast, patient=str(cast.patient.pk))
    entry = AuditEntry.objects.get(action="audit.read")
    assert (entry.actor_id, entry.patient_id) == (cast.owner.pk, cast.patient.pk)
    assert (entry.purpose, entry.after) == ("oversight", {"patient": str(cast.patient.pk)})


def test_pages_follow_one_another_latest_first(cast: Cast) -> None:
    with transaction.atomic():
        for number in range(5):
            record(None, "kettle.boiled", subject_type="kettle", subject_id=uuid.uuid4(), after={"number": number})
    client, seen, cursor = api(cast.owner), [], None
    while True:
        query = {"limit": 2, "action": "kettle.boiled", **({"cursor": cursor} if cursor else {})}
        page = client.get(EVENTS, query).json()
        seen += [one["changes"][0]["after"] for one in page["results"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["4", "3", "2", "1", "0"]
    assert client.get(EVENTS, {"action": "Kettle boiled"}).status_code == 400


def test_health_data_is_never_in_it(cast: Cast) -> None:
    """Answers, notes for the clinic and reasons of a clearance stay where they belong."""
    answer(api(cast.patient), cast.patient, "pregnancy")
    visit = book(api(cast.patient), {**a_visit(cast), "note": "canary of the heart"})
    api(cast.patient).patch(f"{VISITS}/{visit['id']}", {"note": "canary of the knee"}, if_match="*")
    written = " ".join(f"{one.before} {one.after} {one.reason}" for one in AuditEntry.objects.all())
    assert "canary" not in written
    assert "pregnancy" not in written


def test_a_patient_sees_who_saw_and_changed_their_data(cast: Cast) -> None:
    change(cast)
    api(cast.manager_coquitlam).get(f"/v1/patients/{cast.patient.pk}")
    api(cast.physio).get(f"/v1/patients/{cast.patient.pk}/screenings")
    api(cast.desk_coquitlam).get("/v1/patients")
    book(api(cast.patient), a_visit(cast))
    told = [(one["by"], one["by_name"], one["kind"], one["action"], one["clinic_name"]) for one in log(cast.patient)]
    assert told == [
        ("you", "Patient Test", "changed", "appointment.booked", "Coquitlam"),
        ("front_desk", None, "read", "patient.listed", "Coquitlam"),
        ("practitioner", "Physio Test", "read", "screening.read", "Coquitlam"),
        ("clinic_manager", None, "read", "patient.read", "Coquitlam"),
        ("front_desk", None, "changed", "patient.changed", "Coquitlam"),
    ]


def test_of_a_list_nobody_else_is_told(cast: Cast) -> None:
    api(cast.desk_coquitlam).get("/v1/patients")
    (entry,) = log(cast.patient)
    assert entry["patient_ids"] == [str(cast.patient.pk)]
    assert log(cast.stranger) == []


def test_guardians_see_what_is_about_dependants(cast: Cast) -> None:
    api(cast.desk_coquitlam).get(f"/v1/patients/{cast.child.pk}")
    api(cast.desk_coquitlam).get(f"/v1/patients/{cast.parent.pk}")
    assert len(log(cast.parent)) == 2
    (entry,) = log(cast.parent, patient=str(cast.child.pk))
    assert entry["patient_ids"] == [str(cast.child.pk)]
    foreign = api(cast.parent).get(LOG, {"patient": str(cast.patient.pk)})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


def test_who_works_here_no_more_is_told_as_staff(cast: Cast) -> None:
    api(cast.desk_coquitlam).get(f"/v1/patients/{cast.patient.pk}")
    Membership.objects.filter(user=cast.desk_coquitlam).delete()
    assert [one["by"] for one in log(cast.patient)] == ["staff"]


@pytest.mark.parametrize(("path", "who"), [(EVENTS, "owner"), (LOG, "patient")])
def test_a_page_costs_the_same_however_long(cast: Cast, path: str, who: str) -> None:
    client, patients = api(getattr(cast, who)), list(Patient.objects.all())

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    def note(count: int) -> None:
        with transaction.atomic():
            for number in range(count):
                user_id = cast.desk_coquitlam.pk if number % 2 else cast.manager_coquitlam.pk
                row = AuditEntry(actor_id=user_id, action="appointment.listed", subject_type="user", subject_id=user_id)
                row.clinic_id, row.patient_ids = cast.coquitlam.pk, [one.pk for one in patients]
                row.save()

    note(2)
    few = statements()
    note(40)
    assert statements() == few
    assert few <= 9
