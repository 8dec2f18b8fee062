from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from backend.audit.models import AuditEntry
from backend.clinics.models import Membership
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.ids import uuid7
from backend.common.permissions import Permission
from backend.events.models import DomainEvent
from backend.patients.actions.update_patient import update_patient
from backend.patients.enums import LinkOrigin
from backend.patients.models import Patient, PatientClinic
from tests.accounts.people import refusal
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PATIENTS = "/v1/patients"


@pytest.fixture
def desk(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.desk_coquitlam)


def ids(rows: Iterable[Any]) -> set[str]:
    return {str(row["id"] if isinstance(row, dict) else row.pk) for row in rows}


def listed(client: ApiClient, **query: Any) -> set[str]:
    answer = client.get(PATIENTS, query)
    assert answer.status_code == 200, answer.content
    return ids(answer.json()["results"])


def known(cast: Cast, given_name: str, family_name: str = "Test", *, langley: bool = False, **more: Any) -> Patient:
    patient: Patient = Patient.objects.create(given_name=given_name, family_name=family_name, **more)
    clinic = cast.langley if langley else cast.coquitlam
    PatientClinic.objects.create(patient=patient, clinic=clinic, origin=LinkOrigin.DESK)
    return patient


def wanted(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"clinic_id": str(cast.coquitlam.pk), "given_name": "Ada", "family_name": "Wu", **more}


def test_the_desk_lists_the_patients_of_its_clinic(cast: Cast, desk: ApiClient) -> None:
    assert listed(desk) == ids([cast.patient, cast.cleared, cast.parent, cast.child])
    assert listed(ApiClient().as_(cast.owner)) == ids(Patient.objects.all())
    assert cast.ims.user
    assert listed(ApiClient().as_(cast.ims.user)) == set()


def test_a_patient_of_two_clinics_is_listed_once(cast: Cast) -> None:
    PatientClinic.objects.create(patient=cast.patient, clinic=cast.langley, origin=LinkOrigin.BOOKING)
    rows = ApiClient().as_(cast.owner).get(PATIENTS).json()["results"]
    assert [row["id"] for row in rows].count(str(cast.patient.pk)) == 1


def test_pages_run_from_the_newest_on(cast: Cast, desk: ApiClient) -> None:
    newest = known(cast, "Newest")
    first = desk.get(PATIENTS, {"limit": 3}).json()
    rest = desk.get(PATIENTS, {"limit": 3, "cursor": first["next_cursor"]}).json()
    assert first["results"][0]["id"] == str(newest.pk)
    assert len(ids(first["results"]) | ids(rest["results"])) == 5
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("zoe", True),
        ("ZOÉ o", True),
        ("obrien", True),
        ("O\u2019Brien-Lu", True),
        ("o'brien łukasz, Zo", True),
        ("Zo\u0065\u0301", True),
        ("brien", False),
        ("zoey", False),
        ("%", True),
        ("z%", True),
        ("z_e", False),
        ("oe", False),
    ],
)
def test_a_search_finds_names_by_how_they_begin(cast: Cast, desk: ApiClient, q: str, is_found: bool) -> None:
    """Blanks and punctuation say nothing and are left out: "%" asks for everybody, "z_e" for "ze"."""
    Patient.objects.exclude(pk=cast.patient.pk).update(given_name="Ann", family_name="Nobody")
    Patient.objects.filter(pk=cast.patient.pk).update(given_name="Zoé", family_name="O'Brien-Łukasz")
    assert (str(cast.patient.pk) in listed(desk, q=q)) == is_found


def test_a_search_finds_nobody_of_another_clinic(cast: Cast, desk: ApiClient) -> None:
    Patient.objects.update(family_name="Same")
    assert listed(desk, q="same") == ids([cast.patient, cast.cleared, cast.parent, cast.child])


def test_the_indexes_serve_a_search(cast: Cast) -> None:
    Patient.objects.bulk_create(Patient(given_name=f"G{n}", family_name=f"F{n}") for n in range(2_000))
    plan = Patient.objects.named_like("f12").explain()
    assert "patient_by_family_name" in plan
    assert "patient_by_given_name" in plan


def test_a_filter_by_clinic_tells_nothing_of_foreign_clinics(cast: Cast, desk: ApiClient) -> None:
    PatientClinic.objects.create(patient=cast.patient, clinic=cast.langley, origin=LinkOrigin.BOOKING)
    here, there = str(cast.coquitlam.pk), str(cast.langley.pk)
    assert listed(desk, clinic=here) == listed(desk, clinic=[here, there]) == listed(desk)
    assert listed(desk, clinic=there) == set()
    assert listed(ApiClient().as_(cast.owner), clinic=there) == ids(
        [cast.patient, cast.stranger, cast.other_parent, cast.other_child]
    )


def test_a_list_costs_the_same_however_long(cast: Cast, desk: ApiClient, django_assert_num_queries: Any) -> None:
    counted: DjangoAssertNumQueries = django_assert_num_queries
    for _ in range(2):
        with counted(3):  # the caller, the patients, the entry in the audit log
            desk.get(PATIENTS)
        Patient.objects.bulk_create(Patient(given_name="N", family_name=str(n)) for n in range(20))
        links = [PatientClinic(patient=one, clinic=cast.coquitlam, origin="desk") for one in Patient.objects.all()]
        PatientClinic.objects.bulk_create(links, ignore_conflicts=True)


def test_the_audit_log_keeps_who_was_shown(cast: Cast, desk: ApiClient) -> None:
    shown = listed(desk)
    entry = AuditEntry.objects.get(action="patient.listed")
    assert (entry.actor_id, set(map(str, entry.patient_ids or ()))) == (cast.desk_coquitlam.pk, shown)
    assert cast.parent.user
    assert listed(ApiClient().as_(cast.parent.user)) == ids([cast.parent, cast.child])
    assert AuditEntry.objects.filter(action="patient.listed").count() == 1


def test_the_desk_takes_on_a_patient(cast: Cast, desk: ApiClient) -> None:
    told = {"birth_date": "1990-12-10", "email": "Ada@Wu.test", "phone": "(604) 555-0123", "language": "fr"}
    answer = desk.post(PATIENTS, wanted(cast, **told))
    body = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"{PATIENTS}/{body['id']}"
    assert (body["email"], body["phone"], body["has_account"]) == ("ada@wu.test", "+16045550123", False)
    assert (body["possible_duplicates"], body["duplicates_elsewhere"]) == ([], 0)
    link = PatientClinic.objects.get(patient_id=body["id"])
    assert (link.clinic_id, link.origin) == (cast.coquitlam.pk, LinkOrigin.DESK)
    entry = AuditEntry.objects.get(action="patient.created")
    assert (str(entry.patient_id), entry.clinic_id) == (body["id"], cast.coquitlam.pk)
    assert entry.after["birth_date"] == "1990-12-10"
    assert "clinic_id" not in entry.after
    event = DomainEvent.objects.get(type="patient.created.v1")
    assert (str(event.subject_id), event.clinic_id, event.payload) == (body["id"], cast.coquitlam.pk, {})
    read = desk.get(answer["Location"]).json()
    assert read == {name: body[name] for name in read} | {"etag": read["etag"]}


def test_a_patient_needs_no_more_than_a_name(cast: Cast, desk: ApiClient) -> None:
    body = desk.post(PATIENTS, wanted(cast)).json()
    assert (body["birth_date"], body["email"], body["phone"], body["language"]) == (None, None, None, "en")


@pytest.mark.parametrize(
    ("told", "pointer", "code"),
    [
        ({"birth_date": "1899-12-31"}, "/birth_date", "too_small"),
        ({"phone": "12"}, "/phone", "invalid"),
        ({"email": "nobody"}, "/email", "invalid"),
        ({"family_name": " "}, "/family_name", "blank"),
        ({"user_id": str(uuid7())}, "/user_id", "unknown"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, desk: ApiClient, told: dict[str, Any], pointer: str, code: str) -> None:
    answer = desk.post(PATIENTS, wanted(cast, **told))
    assert answer.status_code == 400
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


def test_nobody_is_born_tomorrow(cast: Cast, desk: ApiClient) -> None:
    today = clock.now().date()
    answer = desk.post(PATIENTS, wanted(cast, birth_date=str(today + timedelta(days=1))))
    assert answer.json()["errors"][0]["pointer"] == "/birth_date"
    patient = desk.post(PATIENTS, wanted(cast, birth_date=str(today))).json()
    change = {"birth_date": str(today + timedelta(days=1))}
    assert desk.patch(f"{PATIENTS}/{patient['id']}", change, if_match="*").status_code == 400


def test_a_clinic_must_be_there_and_open(cast: Cast) -> None:
    owner = ApiClient().as_(cast.owner)
    type(cast.toronto).objects.filter(pk=cast.toronto.pk).update(is_active=False)
    for clinic_id in (cast.toronto.pk, uuid7()):
        answer = owner.post(PATIENTS, wanted(cast, clinic_id=str(clinic_id)))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/clinic_id")


def test_possible_duplicates_are_told_and_nobody_is_merged(cast: Cast, desk: ApiClient) -> None:
    email = known(cast, "Bo", email="ada@wu.test")
    both = known(cast, "ADÁ", "Wu", birth_date="1990-12-10", phone="+16045550123")
    known(cast, "Ada", "Wu", birth_date="1991-12-10")
    known(cast, "Ada", "Wu", birth_date="1990-12-10", langley=True)
    before = Patient.objects.count()
    told = {"birth_date": "1990-12-10", "email": "ada@wu.test", "phone": "604 555 0123"}
    body = desk.post(PATIENTS, wanted(cast, **told)).json()
    found = {one["patient_id"]: one["matches"] for one in body["possible_duplicates"]}
    assert found == {str(email.pk): ["email"], str(both.pk): ["phone", "name_and_birth_date"]}
    assert body["duplicates_elsewhere"] == 1
    assert Patient.objects.count() == before + 1


def test_a_retry_makes_no_second_patient(cast: Cast, desk: ApiClient) -> None:
    first = desk.post(PATIENTS, wanted(cast), key="k")
    again = desk.post(PATIENTS, wanted(cast), key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert Patient.objects.filter(family_name="Wu").count() == 1


def test_a_retry_shows_nobody_whom_the_caller_may_no_longer_see(cast: Cast, desk: ApiClient) -> None:
    assert desk.post(PATIENTS, wanted(cast), key="k").status_code == 201
    Membership.objects.filter(user=cast.desk_coquitlam).delete()
    assert refusal(desk.post(PATIENTS, wanted(cast), key="k")) == (404, "not_found")


def test_reading_a_patient_is_written_down(cast: Cast, desk: ApiClient) -> None:
    path = f"{PATIENTS}/{cast.patient.pk}"
    assert desk.get(path).json()["has_account"] is True
    entry = AuditEntry.objects.get(action="patient.read")
    assert (entry.actor_id, entry.patient_id) == (cast.desk_coquitlam.pk, cast.patient.pk)
    assert cast.patient.user
    assert ApiClient().as_(cast.patient.user).get(path).status_code == 200
    assert refusal(desk.get(f"{PATIENTS}/{cast.stranger.pk}")) == (404, "not_found")
    assert AuditEntry.objects.filter(action="patient.read").count() == 1


def test_what_the_desk_changes_reaches_the_account(cast: Cast, desk: ApiClient) -> None:
    path, user = f"{PATIENTS}/{cast.patient.pk}", cast.patient.user
    assert user
    person = ApiClient().as_(user)
    before = person.get("/v1/me").json()
    change = {"given_name": "Zoé", "language": "fr", "phone": "604 555 0199", "birth_date": "1980-01-02"}
    answer = desk.patch(path, change, if_match=desk.get(path)["ETag"])
    body = answer.json()
    assert (answer.status_code, body["given_name"], body["birth_date"]) == (200, "Zoé", "1980-01-02")
    after = person.get("/v1/me").json()
    shared = {"given_name": "Zoé", "language": "fr", "phone": "+16045550199", "etag": after["etag"]}
    assert after == {**before, **shared}
    assert refusal(person.patch("/v1/me", {"given_name": "A"}, if_match=before["etag"])) == (412, "etag_mismatch")


def test_a_birth_date_alone_leaves_the_account_as_it_is(cast: Cast, desk: ApiClient) -> None:
    assert cast.patient.user
    person = ApiClient().as_(cast.patient.user)
    etag = person.get("/v1/me")["ETag"]
    desk.patch(f"{PATIENTS}/{cast.patient.pk}", {"birth_date": "1980-01-02"}, if_match="*")
    assert person.get("/v1/me")["ETag"] == etag


def test_the_address_one_signs_in_with_is_ones_own_to_change(cast: Cast, desk: ApiClient) -> None:
    path = f"{PATIENTS}/{cast.patient.pk}"
    answer = desk.patch(path, {"email": "eve@example.test", "given_name": "Eve"}, if_match="*")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/email")
    assert desk.patch(path, {"email": str(cast.patient.email).upper()}, if_match="*").status_code == 200
    cast.patient.refresh_from_db()
    assert (cast.patient.given_name, cast.patient.version) == ("Patient", 1)


def test_null_clears_and_absent_stays(cast: Cast, desk: ApiClient) -> None:
    child = f"{PATIENTS}/{cast.child.pk}"
    desk.patch(child, {"email": "Child@Example.test", "phone": "+16045550111"}, if_match="*")
    assert desk.get(child).json()["email"] == "child@example.test"
    body = desk.patch(child, {"email": None}, if_match="*").json()
    assert (body["email"], body["phone"], body["given_name"]) == (None, "+16045550111", "Child")
    assert desk.patch(child, {"given_name": None}, if_match="*").status_code == 400


def test_of_two_edits_from_the_same_state_one_is_lost_on_nobody(cast: Cast, desk: ApiClient) -> None:
    path, manager = f"{PATIENTS}/{cast.child.pk}", ApiClient().as_(cast.manager_coquitlam)
    etag = desk.get(path)["ETag"]
    assert desk.patch(path, {"given_name": "A"}, if_match=etag).status_code == 200
    assert refusal(manager.patch(path, {"family_name": "B"}, if_match=etag)) == (412, "etag_mismatch")
    assert refusal(manager.patch(path, {"family_name": "B"})) == (428, "if_match_required")
    body = manager.patch(path, {"family_name": "B"}, if_match=manager.get(path)["ETag"]).json()
    assert (body["given_name"], body["family_name"]) == ("A", "B")


def test_the_audit_log_tells_what_changed(cast: Cast, desk: ApiClient) -> None:
    path = f"{PATIENTS}/{cast.child.pk}"
    desk.patch(path, {"given_name": "Zoé", "family_name": "Test"}, if_match="*")
    desk.patch(path, {"given_name": "Zoé"}, if_match="*")
    entry = AuditEntry.objects.get(action="patient.changed")
    assert (entry.actor_id, entry.patient_id) == (cast.desk_coquitlam.pk, cast.child.pk)
    assert (entry.before, entry.after) == ({"given_name": "Child"}, {"given_name": "Zoé"})
    assert DomainEvent.objects.get(type="patient.changed.v1").payload == {}


def test_whoever_only_sees_a_patient_does_not_change_them(cast: Cast) -> None:
    here = {Permission.PATIENT_READ: frozenset({cast.coquitlam.pk})}
    reader = Actor(user_id=uuid7(), session_id=uuid7(), is_email_verified=True, clinics=here)
    with pytest.raises(PermissionDenied):
        update_patient(reader, patient_id=cast.patient.pk, changes={"given_name": "Eve"}, expected_version=None)
