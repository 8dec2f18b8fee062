"""Taking on practitioners, changing and withdrawing them, and where they work."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.clinics.enums import Role
from backend.clinics.models import Membership
from backend.events.models import DomainEvent
from backend.practitioners.models import Offering, Placement, Practitioner, TimeOff, WorkingHours
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.practitioners.calls import book, broken, refusal, signed_in

PEOPLE = "/v1/practitioners"


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return signed_in(cast.manager_coquitlam)


def somebody(cast: Cast, **other: Any) -> dict[str, Any]:
    facts = {
        "given_name": "Ada",
        "family_name": "Wu",
        "title": "Physiotherapist",
        "title_fr": "Physiothérapeute",
        "languages": ["en", "fr"],
        "disciplines": ["physiotherapy"],
        "clinic_ids": [str(cast.coquitlam.pk)],
    }
    return {**facts, **other}


def file_of(client: ApiClient, person: Practitioner) -> dict[str, Any]:
    body: dict[str, Any] = client.get(f"{PEOPLE}/{person.pk}/file").json()
    return body


def test_a_practitioner_is_taken_on(cast: Cast, manager: ApiClient) -> None:
    made = manager.post(PEOPLE, somebody(cast))
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["title_fr"], body["bio"], body["is_active"], body["email"]) == ("Physiothérapeute", "", True, None)
    assert body["clinic_ids"] == [str(cast.coquitlam.pk)]
    assert made["Location"] == f"{PEOPLE}/{body['id']}"
    assert manager.get(f"{made['Location']}/file").json() == body
    assert ApiClient().get(made["Location"], headers={"Accept-Language": "fr"}).json()["title"] == "Physiothérapeute"
    entry = AuditEntry.objects.get(subject_id=body["id"])
    assert (entry.action, entry.actor_id, entry.after["given_name"]) == (
        "practitioner.created",
        cast.manager_coquitlam.pk,
        "Ada",
    )
    assert DomainEvent.objects.get(type="practitioner.created.v1").subject_id == uuid.UUID(body["id"])


def test_with_an_account_that_may_practise_from_then_on(cast: Cast, manager: ApiClient) -> None:
    user = cast.patient.user
    assert user
    made = manager.post(PEOPLE, somebody(cast, email=user.email.upper()))
    assert made.json()["email"] == user.email
    assert Membership.objects.get(user=user).role == "practitioner"
    assert signed_in(user).get(f"{made['Location']}/credentials").status_code == 200
    again = manager.post(PEOPLE, somebody(cast, email=user.email))
    assert refusal(again) == (409, "already_exists", "/email", "taken")
    User.objects.filter(patient=cast.cleared).update(email_verified_at=None)
    unverified = manager.post(PEOPLE, somebody(cast, email=cast.cleared.email))
    assert refusal(unverified) == (400, "validation_failed", "/email", "not_found")


def test_an_account_can_follow_but_not_be_exchanged(cast: Cast, manager: ApiClient) -> None:
    user, other = cast.patient.user, cast.cleared.user
    assert user
    assert other
    made = manager.post(PEOPLE, somebody(cast))
    linked = manager.patch(made["Location"], {"email": user.email}, if_match="*")
    assert linked.json()["email"] == user.email
    assert Membership.objects.filter(user=user, role="practitioner").exists()
    second = manager.post(PEOPLE, somebody(cast))["Location"]
    taken = manager.patch(second, {"email": user.email}, if_match="*")
    assert refusal(taken) == (409, "already_exists", "/email", "taken")
    exchanged = manager.patch(made["Location"], {"email": other.email}, if_match="*")
    assert refusal(exchanged)[:2] == (409, "invalid_transition")


@pytest.mark.parametrize(
    ("field", "value", "pointer", "code"),
    [
        ("clinic_ids", [], "/clinic_ids", "too_short"),
        ("clinic_ids", [str(uuid.uuid4())], "/clinic_ids/0", "not_found"),
        ("languages", ["English"], "/languages/0", "invalid"),
        ("disciplines", ["acupuncture"], "/disciplines/0", "not_a_choice"),
        ("title_fr", "", "/title_fr", "blank"),
    ],
)
def test_what_cannot_be_is_refused(
    cast: Cast, manager: ApiClient, field: str, value: object, pointer: str, code: str
) -> None:
    answer = manager.post(PEOPLE, somebody(cast, **{field: value}))
    assert refusal(answer) == (400, "validation_failed", pointer, code)


def test_only_for_clinics_that_one_manages(cast: Cast, manager: ApiClient) -> None:
    both = [str(cast.coquitlam.pk), str(cast.langley.pk)]
    assert manager.post(PEOPLE, somebody(cast, clinic_ids=both)).status_code == 403
    assert not Practitioner.objects.filter(given_name="Ada").exists()
    owned = signed_in(cast.owner).post(PEOPLE, somebody(cast, clinic_ids=[*both, both[0]]))
    assert sorted(owned.json()["clinic_ids"]) == sorted(both)


def test_a_change_is_audited_with_before_and_after_and_loses_no_other(cast: Cast, manager: ApiClient) -> None:
    before = file_of(manager, cast.ims)
    path = f"{PEOPLE}/{cast.ims.pk}"
    changed = manager.patch(path, {"title": "Physio", "bio_fr": "Bonjour"}, if_match=before["etag"])
    assert changed.status_code == 200
    assert (changed.json()["title"], changed.json()["title_fr"]) == ("Physio", before["title_fr"])
    late = manager.patch(path, {"title": "Other"}, if_match=before["etag"])
    assert refusal(late)[:2] == (412, "etag_mismatch")
    entry = AuditEntry.objects.get(action="practitioner.changed")
    assert (entry.before, entry.after) == (
        {"title": "Physiotherapist", "bio_fr": ""},
        {"title": "Physio", "bio_fr": "Bonjour"},
    )
    assert manager.patch(path, {"title": "Physio"}, if_match=changed.json()["etag"]).json()["etag"] == changed["ETag"]
    assert AuditEntry.objects.filter(action="practitioner.changed").count() == 1


def test_the_etag_of_the_public_profile_serves_as_well(cast: Cast, manager: ApiClient) -> None:
    path = f"{PEOPLE}/{cast.ims.pk}"
    assert manager.patch(path, {"title": "Physio"}, if_match=ApiClient().get(path).json()["etag"]).status_code == 200


def test_withdrawing_says_whom_it_leaves_and_can_be_undone(cast: Cast, manager: ApiClient) -> None:
    visit, path = book(cast), f"{PEOPLE}/{cast.ims.pk}"
    etag = file_of(manager, cast.ims)["etag"]
    asked = manager.patch(f"{path}?dry_run=true", {"is_active": False}, if_match=etag)
    assert broken(asked) == [(visit, ["practitioner_inactive"])]
    assert ApiClient().get(path).status_code == 200
    done = manager.patch(path, {"is_active": False}, if_match=etag)
    assert broken(done) == broken(asked)
    assert done.json()["affected_appointments"][0]["patient_name"] == "Cleared Test"
    assert ApiClient().get(path).status_code == 404
    assert signed_in(cast.manager_langley).get(f"{path}/file").status_code == 200, "they work there, too"
    assert manager.patch(path, {"is_active": True}, if_match=done["ETag"]).status_code == 200
    assert ApiClient().get(path).status_code == 200


def test_patients_of_another_clinic_stay_nameless(cast: Cast) -> None:
    visit, langley = book(cast), signed_in(cast.manager_langley)
    etag = file_of(langley, cast.ims)["etag"]
    done = langley.patch(f"{PEOPLE}/{cast.ims.pk}", {"is_active": False}, if_match=etag)
    assert [(one["appointment_id"], one["patient_name"]) for one in done.json()["affected_appointments"]] == [
        (visit, "")
    ]


def test_who_sees_a_file(cast: Cast, manager: ApiClient) -> None:
    own = signed_in(cast.physio)
    assert file_of(own, cast.physio)["email"] == "physio@example.test"
    for client, status in (
        (signed_in(cast.desk_coquitlam), 200),
        (signed_in(cast.desk_langley), 403),
        (signed_in(cast.ims), 403),
        (signed_in(cast.patient), 403),
        (ApiClient(), 401),
    ):
        assert client.get(f"{PEOPLE}/{cast.physio.pk}/file").status_code == status
    Practitioner.objects.filter(pk=cast.physio.pk).update(is_active=False)
    assert signed_in(cast.desk_langley).get(f"{PEOPLE}/{cast.physio.pk}/file").status_code == 404
    assert own.patch(f"{PEOPLE}/{cast.physio.pk}", {"title": "Boss"}, if_match="*").status_code == 403


def test_the_files_of_a_clinic_in_as_many_statements_however_many(cast: Cast, manager: ApiClient) -> None:
    path = f"/v1/clinics/{cast.coquitlam.pk}/practitioners"
    Practitioner.objects.filter(pk=cast.masseur.pk).update(is_active=False)
    with CaptureQueriesContext(connection) as few:
        listed = manager.get(path).json()["results"]
    assert [one["given_name"] for one in listed] == ["Ims", "Masseur", "Physio"]
    assert [len(one["clinic_ids"]) for one in listed] == [2, 1, 1]
    for number in range(3):
        manager.post(PEOPLE, somebody(cast, given_name=f"Ada {number}"))
    with CaptureQueriesContext(connection) as many:
        assert len(manager.get(path).json()["results"]) == 6
    assert len(many) == len(few)
    assert signed_in(cast.desk_langley).get(path).status_code == 403


def test_placing_needs_both_sides_and_opens_the_file(cast: Cast, manager: ApiClient) -> None:
    path = f"{PEOPLE}/{cast.physio.pk}/clinics/{cast.langley.pk}"
    langley, owner = signed_in(cast.manager_langley), signed_in(cast.owner)
    assert manager.put(path, None).status_code == 403
    assert langley.put(path, None).status_code == 403
    Membership.objects.create(user=cast.manager_coquitlam, clinic=cast.langley, role=Role.FRONT_DESK)
    without_account = manager.post(PEOPLE, somebody(cast))["Location"]
    denied = manager.put(f"{without_account}/clinics/{cast.langley.pk}", None)
    assert denied.status_code == 403, "to read there is not to manage there"
    assert file_of(owner, cast.physio)["etag"].startswith('"1-')
    for _ in range(2):
        placed = owner.put(path, None)
        assert (placed.status_code, len(placed.json()["clinic_ids"]), placed["ETag"][:3]) == (200, 2, '"2-')
    assert Membership.objects.filter(user=cast.physio.user).count() == 2
    assert langley.get(f"{PEOPLE}/{cast.physio.pk}/file").status_code == 200


def test_leaving_a_clinic_ends_everything_there(cast: Cast, manager: ApiClient) -> None:
    visit, path = book(cast), f"{PEOPLE}/{cast.ims.pk}/clinics/{cast.coquitlam.pk}"
    day = cast.today(cast.coquitlam)
    TimeOff.objects.create(practitioner=cast.ims, clinic=cast.coquitlam, first_date=day, last_date=day)
    etag = file_of(manager, cast.ims)["etag"]
    assert signed_in(cast.manager_langley).delete(path, if_match=etag).status_code == 403
    asked = manager.delete(f"{path}?dry_run=true", if_match=etag)
    assert broken(asked) == [(visit, ["not_offered", "outside_hours"])]
    assert Placement.objects.filter(practitioner=cast.ims).count() == 2
    assert broken(manager.delete(path, if_match=etag)) == broken(asked)
    for model in (Placement, WorkingHours, Offering, TimeOff):
        assert {row.clinic_id for row in model.objects.filter(practitioner=cast.ims)} <= {cast.langley.pk}
    assert [one.clinic_id for one in Membership.objects.filter(user=cast.ims.user)] == [cast.langley.pk]
    assert refusal(manager.delete(path, if_match="*"))[:2] == (403, "permission_denied")
    last = f"{PEOPLE}/{cast.physio.pk}/clinics/{cast.coquitlam.pk}"
    assert refusal(manager.delete(last, if_match="*"))[:2] == (409, "invalid_transition")


def test_offerings(cast: Cast, manager: ApiClient) -> None:
    path = f"{PEOPLE}/{cast.physio.pk}/offerings"
    wish = {"clinic_id": str(cast.coquitlam.pk), "service_id": str(cast.massage.pk)}
    made = manager.post(path, wish)
    assert (made.status_code, made.json()["affected_appointments"]) == (201, [])
    assert manager.get(made["Location"])["ETag"] == made["ETag"]
    assert len(manager.get(path).json()["results"]) == 3
    assert refusal(manager.post(path, wish)) == (409, "already_exists", "/service_id", "taken")
    unlisted = {**wish, "service_id": str(uuid.uuid4())}
    assert refusal(manager.post(path, unlisted)) == (400, "validation_failed", "/service_id", "not_found")
    owner = signed_in(cast.owner)
    elsewhere = {"clinic_id": str(cast.langley.pk), "service_id": str(cast.physio_initial.pk)}
    assert refusal(owner.post(path, elsewhere)) == (400, "validation_failed", "/clinic_id", "not_found")
    assert manager.post(path, elsewhere).status_code == 403
    assert manager.delete(made["Location"], if_match=made["ETag"]).status_code == 200
    assert manager.get(made["Location"]).status_code == 404


def test_withdrawing_an_offering_names_its_visits(cast: Cast, manager: ApiClient) -> None:
    visit = book(cast)
    given = Offering.objects.get(practitioner=cast.ims, clinic=cast.coquitlam, service=cast.physio_follow_up)
    path = f"/v1/offerings/{given.pk}"
    assert refusal(manager.delete(path))[:2] == (428, "if_match_required")
    asked = manager.delete(f"{path}?dry_run=true", if_match=manager.get(path)["ETag"])
    assert broken(asked) == [(visit, ["not_offered"])]
    assert broken(manager.delete(path, if_match="*")) == broken(asked)
    assert AuditEntry.objects.get(action="offering.removed").before["service_id"] == str(cast.physio_follow_up.pk)
    there = Offering.objects.filter(practitioner=cast.ims, clinic=cast.langley).first()
    assert there
    assert manager.delete(f"/v1/offerings/{there.pk}", if_match="*").status_code == 403
    assert signed_in(cast.manager_langley).delete(f"/v1/offerings/{given.pk}", if_match="*").status_code == 404
