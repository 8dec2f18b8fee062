"""Looking after somebody: asked by mail, agreed, changed and ended, both sides told."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.common.clock import real_now
from backend.events.models import DomainEvent
from backend.patients.actions.end_guardianships import end_guardianships
from backend.patients.models import GuardianInvitation, Guardianship, Patient
from tests.accounts.people import refusal
from tests.api_client import ApiClient
from tests.appointments.calls import api
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.patients.test_majority import at

pytestmark = pytest.mark.django_db

AUNT = {"email": "Cleared@example.test", "relationship": "other", "scopes": ["screening", "book"]}


@pytest.fixture
def aunt(cast: Cast) -> Patient:
    User.objects.filter(patient=cast.cleared).update(email="cleared@example.test")
    return cast.cleared


@pytest.fixture
def parent(cast: Cast) -> ApiClient:
    return api(cast.parent)


def invitations(patient: Patient) -> str:
    return f"/v1/patients/{patient.pk}/guardian-invitations"


def guardians(client: ApiClient, patient: Patient) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = client.get(f"/v1/patients/{patient.pk}/guardians").json()["results"]
    return listed


def token() -> str:
    """That of the invitation that was mailed last."""
    run_jobs()
    found = re.search(r"#token=(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def accepted(client: ApiClient, patient: Patient, aunt: Patient, **more: Any) -> dict[str, Any]:
    """The guardianship of the aunt."""
    assert client.post(invitations(patient), {**AUNT, **more}).status_code == 202
    answer = api(aunt).post("/v1/guardianships/accept", {"token": token()})
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    run_jobs()
    return body


def test_an_aunt_is_asked_and_agrees(cast: Cast, parent: ApiClient, aunt: Patient) -> None:
    assert aunt.user
    asked = parent.post(invitations(cast.child), AUNT)
    body = asked.json()
    assert (asked.status_code, body["email"], body["scopes"]) == (202, "cleared@example.test", ["book", "screening"])
    assert str(cast.child.pk) not in {one["patient_id"] for one in api(aunt).get("/v1/me").json()["dependants"]}
    secret = token()
    assert mail.outbox[-1].to == ["cleared@example.test"]

    made = api(aunt).post("/v1/guardianships/accept", {"token": secret})
    found = made.json()
    assert (found["is_mine"], found["is_live"], found["scopes"]) == (True, True, ["book", "screening"])
    assert api(aunt).get(made["Location"]).json() == found
    [mine] = [one for one in api(aunt).get("/v1/me/patients").json()["results"] if one["tie"] == "other"]
    assert (mine["id"], mine["scopes"]) == (str(cast.child.pk), ["book", "screening"])
    assert [(one["given_name"], one["is_mine"]) for one in guardians(parent, cast.child)] == [
        ("Cleared", False),
        ("Parent", True),
    ]
    mail.outbox.clear()
    run_jobs()
    assert [told.to for told in mail.outbox] == [["cleared@example.test"]], "the child has no address"
    assert DomainEvent.objects.filter(type="guardianship.began.v1").count() == 1
    entry = AuditEntry.objects.get(action="guardianship.began")
    assert (entry.actor_id, entry.patient_id) == (aunt.user_id, cast.child.pk)


def test_an_invitation_works_once_for_its_address_and_its_days(cast: Cast, parent: ApiClient, aunt: Patient) -> None:
    parent.post(invitations(cast.child), AUNT)
    first = token()
    parent.post(invitations(cast.child), AUNT)
    second = token()
    accept = "/v1/guardianships/accept"
    refused = [api(aunt).post(accept, {"token": first}), api(cast.stranger).post(accept, {"token": second})]
    GuardianInvitation.objects.update(expires_at=real_now() - timedelta(seconds=1))
    refused.append(api(aunt).post(accept, {"token": second}))
    GuardianInvitation.objects.update(expires_at=real_now() + timedelta(days=1))
    assert api(aunt).post(accept, {"token": second}).status_code == 201
    refused += [api(aunt).post(accept, {"token": second}), api(aunt).post(accept, {"token": "odd"})]
    assert {(one.status_code, one.json()["errors"][0]["pointer"]) for one in refused} == {(400, "/token")}
    assert Guardianship.objects.filter(guardian_id=aunt.user_id).count() == 1


def test_nobody_looks_after_a_patient_twice_or_after_themselves(cast: Cast, parent: ApiClient, aunt: Patient) -> None:
    accepted(parent, cast.child, aunt)
    parent.post(invitations(cast.child), AUNT)
    assert refusal(api(aunt).post("/v1/guardianships/accept", {"token": token()})) == (409, "already_exists")
    api(aunt).post(invitations(aunt), AUNT)
    assert refusal(api(aunt).post("/v1/guardianships/accept", {"token": token()})) == (400, "validation_failed")


def test_a_guardian_gives_no_more_than_they_hold(cast: Cast, parent: ApiClient, aunt: Patient) -> None:
    accepted(parent, cast.child, aunt, ends_on="2030-01-01")
    more = {**AUNT, "email": "uncle@example.test"}
    wider = api(aunt).post(invitations(cast.child), {**more, "scopes": ["messages"]})
    assert wider.json()["errors"][0]["pointer"] == "/scopes"
    assert api(aunt).post(invitations(cast.child), more).json()["ends_on"] == "2030-01-01"
    Guardianship.objects.filter(guardian=aunt.user).update(scopes=["read"])
    assert refusal(api(aunt).post(invitations(cast.child), more)) == (403, "permission_denied")


def test_the_desk_says_what_it_was_shown(cast: Cast, aunt: Patient) -> None:
    desk = ApiClient().as_(cast.desk_coquitlam)
    assert desk.post(invitations(cast.child), AUNT).json()["errors"][0]["pointer"] == "/proof"
    assert accepted(desk, cast.child, aunt, proof="A court order.")["is_live"] is True
    assert AuditEntry.objects.get(action="guardian.invited").reason == "A court order."
    past = desk.post(invitations(cast.child), {**AUNT, "proof": "An order.", "ends_on": "2020-01-01"})
    assert past.json()["errors"][0]["pointer"] == "/ends_on"


def test_scopes_change_and_hold_with_the_next_request(cast: Cast, parent: ApiClient, aunt: Patient) -> None:
    made = accepted(parent, cast.child, aunt)
    path, child = f"/v1/guardianships/{made['id']}", f"/v1/me/patients/{cast.child.pk}"
    rename = {"given_name": "Zoe"}
    assert api(aunt).patch(child, rename, if_match="*").status_code == 200
    assert refusal(parent.patch(path, {"scopes": ["read"]}, if_match="*")) == (403, "permission_denied")
    assert refusal(api(aunt).patch(path, {"scopes": ["messages"]}, if_match="*")) == (403, "permission_denied")
    assert refusal(api(aunt).patch(path, {"scopes": []}, if_match="*")) == (400, "validation_failed")
    fewer = api(aunt).patch(path, {"scopes": ["screening"], "ends_on": "2031-01-01"}, if_match=made["etag"])
    assert (fewer.json()["scopes"], fewer.json()["last_day"]) == (["screening"], "2031-01-01")
    assert refusal(api(aunt).patch(path, {"ends_on": None}, if_match="*")) == (403, "permission_denied")
    assert refusal(api(aunt).patch(child, rename, if_match="*")) == (403, "permission_denied")
    desk = ApiClient().as_(cast.desk_coquitlam)
    assert refusal(desk.patch(path, {"ends_on": None}, if_match=made["etag"])) == (412, "etag_mismatch")
    assert desk.patch(path, {"ends_on": None, "scopes": ["messages"]}, if_match="*").json()["ends_on"] is None
    run_jobs()
    assert mail.outbox[-1].subject == "What one person may do for another has changed"


@pytest.mark.parametrize(("who", "reason"), [("guardian", "guardian"), ("patient", "patient"), ("desk", "staff")])
def test_either_side_ends_it_at_once(cast: Cast, aunt: Patient, who: str, reason: str) -> None:
    made = accepted(api(cast.patient), cast.patient, aunt)
    own = f"/v1/patients/{cast.patient.pk}"
    assert api(aunt).get(own).status_code == 200
    mail.outbox.clear()
    ending = {"guardian": api(aunt), "patient": api(cast.patient), "desk": ApiClient().as_(cast.desk_coquitlam)}[who]
    path = f"/v1/guardianships/{made['id']}"
    ended = ending.post(f"{path}/end", {})
    assert (ended.json()["is_live"], ended.json()["end_reason"]) == (False, reason)
    assert ending.post(f"{path}/end", {}).json() == ended.json()
    assert api(aunt).get(own).status_code == 404
    assert api(aunt).get(path).json()["end_reason"] == reason, "one's own stays to be seen"
    assert refusal(ApiClient().as_(cast.desk_coquitlam).patch(path, {"ends_on": None}, if_match="*")) == (
        409,
        "invalid_transition",
    )
    run_jobs()
    assert cast.patient.user
    assert {told.to[0] for told in mail.outbox} == {"cleared@example.test", cast.patient.user.email}
    assert AuditEntry.objects.get(action="guardianship.ended").after["end_reason"] == reason


def test_one_guardian_does_not_end_another(cast: Cast, parent: ApiClient, aunt: Patient) -> None:
    made = accepted(parent, cast.child, aunt)
    assert refusal(parent.post(f"/v1/guardianships/{made['id']}/end", {})) == (403, "permission_denied")
    assert [one["is_live"] for one in guardians(parent, cast.child)] == [True, True]


def test_an_ended_guardian_has_asked_nobody(cast: Cast, parent: ApiClient, aunt: Patient) -> None:
    parent.post(invitations(cast.child), AUNT)
    secret = token()
    own = Guardianship.objects.get(patient=cast.child)
    parent.post(f"/v1/guardianships/{own.pk}/end", {})
    refused = api(aunt).post("/v1/guardianships/accept", {"token": secret})
    assert refused.json()["errors"][0]["pointer"] == "/token"


def test_both_are_told_when_the_patient_comes_of_age(cast: Cast, aunt: Patient) -> None:
    Patient.objects.filter(pk=cast.child.pk).update(email="child@example.test")
    at(date(2036, 5, 4), 23)
    assert end_guardianships() == 0
    at(date(2036, 5, 5), 1)
    desk = ApiClient().as_(cast.desk_coquitlam)
    [seen] = guardians(desk, cast.child)
    assert (seen["is_live"], seen["last_day"]) == (False, "2036-05-04"), "whether or not the round has come by"
    assert end_guardianships(patient_id=cast.child.pk) == 1
    assert end_guardianships(patient_id=cast.child.pk) == 0
    [seen] = guardians(desk, cast.child)
    assert (seen["end_reason"], seen["ended_at"] is None) == ("majority", False)
    run_jobs()
    assert {told.to[0] for told in mail.outbox} == {cast.parent.email, "child@example.test"}
    event = DomainEvent.objects.get(type="guardianship.ended.v1")
    assert str(event.subject_id) == seen["id"]


def test_an_adult_may_ask_the_same_parent_again(cast: Cast, aunt: Patient) -> None:
    at(date(2036, 5, 5), 1)
    desk = ApiClient().as_(cast.desk_coquitlam)
    asked = {**AUNT, "email": cast.parent.email, "proof": "The patient said so.", "scopes": ["messages"]}
    desk.post(invitations(cast.child), asked)
    again = api(cast.parent).post("/v1/guardianships/accept", {"token": token()}).json()
    assert (again["is_live"], again["last_day"], again["scopes"]) == (True, None, ["messages"])
    [before] = [one for one in guardians(desk, cast.child) if one["id"] != again["id"]]
    assert before["end_reason"] == "majority"


def test_a_last_day_that_has_passed_is_told_too(cast: Cast) -> None:
    Guardianship.objects.filter(patient=cast.child).update(ends_on=date(2030, 1, 1))
    at(date(2030, 1, 2), 1)
    assert end_guardianships() == 1
    assert Guardianship.objects.get(patient=cast.child).end_reason == "last_date"


def test_a_list_costs_the_same_however_many(
    cast: Cast, parent: ApiClient, aunt: Patient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    path = f"/v1/patients/{cast.child.pk}/guardians"
    with django_assert_num_queries(3):
        parent.get(path)
    accepted(parent, cast.child, aunt)
    with django_assert_num_queries(3):
        parent.get(path)


def test_accepting_again_after_the_records_went_tells_nothing(parent: ApiClient, cast: Cast, aunt: Patient) -> None:
    parent.post(invitations(cast.child), AUNT)
    body, key = {"token": token()}, "one-tap"
    made, again = (api(aunt).post("/v1/guardianships/accept", body, key=key) for _ in range(2))
    assert (made.status_code, again.status_code, made.json()["id"]) == (201, 201, again.json()["id"])
    Guardianship.objects.filter(pk=made.json()["id"]).delete()  # as the destruction of old records does
    assert refusal(api(aunt).post("/v1/guardianships/accept", body, key=key)) == (404, "not_found")
