from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from backend.audit.models import AuditEntry
from backend.patients.models import Patient
from tests.accounts.people import refusal
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ME = "/v1/me"


def grants(body: Any) -> dict[str, dict[str, Any]]:
    return {one["permission"]: one for one in body["permissions"]}


def test_a_patient_reads_themselves(cast: Cast) -> None:
    assert cast.patient.user
    body = ApiClient().as_(cast.patient.user).get(ME).json()
    assert (body["id"], body["patient_id"]) == (str(cast.patient.user.id), str(cast.patient.id))
    assert (body["memberships"], body["practitioner_id"], body["dependants"]) == ([], None, [])
    visits = {f"appointment:{verb}" for verb in ("read", "book", "cancel", "confirm")}
    pathway = {"screening:read", "screening:answer", "consent:read", "consent:give", "course:read"}
    aftercare = {"check_in:read", "check_in:answer"}
    assert set(grants(body)) == visits | pathway | aftercare | {"patient:read", "patient:manage"}
    assert all(one["is_for_own_patients"] and not one["clinic_ids"] for one in grants(body).values())


def test_a_parent_reads_whom_they_look_after(cast: Cast) -> None:
    assert cast.parent.user
    body = ApiClient().as_(cast.parent.user).get(ME).json()
    child = cast.child
    names = {"given_name": child.given_name, "family_name": child.family_name}
    scopes = ["book", "read", "screening", "messages"]
    assert body["dependants"] == [{"patient_id": str(child.id), **names, "scopes": scopes}]


def test_the_desk_reads_where_it_works(cast: Cast) -> None:
    body = ApiClient().as_(cast.desk_langley).get(ME).json()
    here = str(cast.langley.id)
    assert body["memberships"] == [{"role": "front_desk", "clinic_id": here, "clinic_name": cast.langley.name}]
    assert body["patient_id"] is None
    assert grants(body)["patient:read"] == {
        "permission": "patient:read",
        "is_everywhere": False,
        "clinic_ids": [here],
        "is_for_own_calendar": False,
        "is_for_own_patients": True,
    }


def test_the_owner_is_everywhere(cast: Cast) -> None:
    body = ApiClient().as_(cast.owner).get(ME).json()
    assert body["memberships"] == [{"role": "owner", "clinic_id": None, "clinic_name": None}]
    assert all(one["is_everywhere"] for one in grants(body).values())


def test_a_practitioner_reads_the_own_calendar(cast: Cast) -> None:
    assert cast.ims.user
    body = ApiClient().as_(cast.ims.user).get(ME).json()
    assert body["practitioner_id"] == str(cast.ims.id)
    assert [name for name, one in grants(body).items() if one["is_for_own_calendar"]] == [
        "appointment:read",
        "appointment:attend",
        "screening:read",
        "screening:clear",
        "assessment:read",
        "assessment:write",
        "consent:read",
        "record:keep",
        "advice:read",
        "advice:approve",
        "check_in:read",
        "check_in:answer",
        "course:read",
        "course:manage",
        "practitioner:read",
        "task:read",
        "task:manage",
    ]


def test_it_takes_four_statements(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert cast.parent.user
    client = ApiClient().as_(cast.parent.user)
    with django_assert_num_queries(4):
        client.get(ME)


def test_a_visitor_is_nobody() -> None:
    assert refusal(ApiClient().get(ME)) == (401, "not_authenticated")
    assert refusal(ApiClient().patch(ME, {})) == (401, "not_authenticated")


def test_a_patient_changes_account_and_patient_at_once(cast: Cast) -> None:
    assert cast.patient.user
    client = ApiClient().as_(cast.patient.user)
    before = client.get(ME).json()
    wanted = {"given_name": "Zoé", "language": "fr", "phone": "604 555 0199"}
    response = client.patch(ME, wanted, if_match=before["etag"])
    body = response.json()
    assert response.status_code == 200
    assert response["ETag"] == body["etag"] != before["etag"]
    assert body == {**before, **wanted, "phone": "+16045550199", "etag": body["etag"]} == client.get(ME).json()
    patient = Patient.objects.get(id=cast.patient.id)
    assert (patient.given_name, patient.family_name) == ("Zoé", before["family_name"])
    assert (patient.language, str(patient.phone), patient.version) == ("fr", "+16045550199", cast.patient.version + 1)


def test_staff_change_themselves_without_being_patients(cast: Cast) -> None:
    client = ApiClient().as_(cast.desk_langley)
    body = client.patch(ME, {"phone": "+16045550123"}, if_match=client.get(ME)["ETag"]).json()
    assert body["phone"] == "+16045550123"
    assert client.patch(ME, {"phone": None}, if_match=body["etag"]).json()["phone"] is None


def test_a_change_needs_the_state_it_is_based_on(cast: Cast) -> None:
    client = ApiClient().as_(cast.desk_langley)
    first = client.get(ME).json()["etag"]
    assert refusal(client.patch(ME, {"given_name": "A"})) == (428, "if_match_required")
    assert client.patch(ME, {"given_name": "A"}, if_match=first).status_code == 200
    assert refusal(client.patch(ME, {"given_name": "B"}, if_match=first)) == (412, "etag_mismatch")
    assert client.patch(ME, {"given_name": "C"}, if_match="*").json()["given_name"] == "C"


def test_a_change_of_nothing_changes_nothing(cast: Cast) -> None:
    client = ApiClient().as_(cast.desk_langley)
    before = client.get(ME).json()
    for same in ({}, {"given_name": before["given_name"]}):
        assert client.patch(ME, same, if_match=before["etag"]).json() == before
    assert not AuditEntry.objects.filter(action="profile.changed").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [({"email": "x@people.test"}, "unknown"), ({"given_name": None}, "null"), ({"language": ""}, "not_a_choice")],
)
def test_what_cannot_be_changed_is_refused(cast: Cast, change: dict[str, Any], code: str) -> None:
    client = ApiClient().as_(cast.desk_langley)
    response = client.patch(ME, change, if_match="*")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, code)


def test_the_audit_log_tells_what_changed(cast: Cast) -> None:
    assert cast.patient.user
    ApiClient().as_(cast.patient.user).patch(ME, {"given_name": "Zoé", "language": "en"}, if_match="*")
    entry = AuditEntry.objects.get(action="profile.changed")
    assert (entry.actor_id, entry.patient_id) == (cast.patient.user.id, cast.patient.id)
    assert (entry.before, entry.after) == ({"given_name": cast.patient.given_name}, {"given_name": "Zoé"})


def test_a_key_makes_a_change_happen_once(cast: Cast) -> None:
    client = ApiClient().as_(cast.desk_langley)
    etag = client.get(ME).json()["etag"]
    first = client.patch(ME, {"given_name": "A"}, if_match=etag, key="k")
    again = client.patch(ME, {"given_name": "A"}, if_match=etag, key="k")
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (200, first.content, "true")
