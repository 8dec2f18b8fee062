from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.common import clock
from backend.common.models import ClockOffset
from backend.config.settings.budgets import BUDGETS, Budget
from backend.events.models import DomainEvent
from backend.patients.models import Guardianship, Patient, PatientClinic
from tests.accounts.people import refusal
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db

MINE = "/v1/me/patients"
MIA = {"given_name": "Mia", "family_name": "Test", "birth_date": "2020-02-02", "relationship": "parent"}


@pytest.fixture
def parent(cast: Cast) -> ApiClient:
    assert cast.parent.user
    return ApiClient().as_(cast.parent.user)


def ties(client: ApiClient) -> dict[str, str]:
    return {one["id"]: one["tie"] for one in client.get(MINE).json()["results"]}


def test_a_parent_lists_themselves_and_their_child(cast: Cast, parent: ApiClient) -> None:
    assert ties(parent) == {str(cast.parent.pk): "self", str(cast.child.pk): "parent"}
    assert ties(ApiClient().as_(cast.desk_coquitlam)) == {}


def test_a_list_costs_the_same_however_long(
    cast: Cast, parent: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("Mia", "Max"):
        with django_assert_num_queries(2):
            parent.get(MINE)
        parent.post(MINE, {**MIA, "given_name": name})


def test_a_parent_adds_a_child_and_may_book_for_them_at_once(cast: Cast, parent: ApiClient) -> None:
    User.objects.filter(patient=cast.parent).update(language="fr")
    answer = parent.post(MINE, MIA)
    body = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"{MINE}/{body['id']}")
    assert (body["tie"], body["language"], body["has_account"]) == ("parent", "fr", False)
    assert parent.get(answer["Location"]).json() == body
    assert body["id"] in {one["patient_id"] for one in parent.get("/v1/me").json()["dependants"]}
    search = {"service": "physio-follow-up", "patient": body["id"]}
    assert parent.get("/v1/slots", search).status_code == 200
    assert not PatientClinic.objects.filter(patient_id=body["id"]).exists()
    entry = AuditEntry.objects.get(action="dependant.added")
    assert (str(entry.patient_id), entry.after["relationship"]) == (body["id"], "parent")
    assert str(DomainEvent.objects.get(type="patient.created.v1").subject_id) == body["id"]


def test_a_child_that_is_added_in_the_evening_is_looked_after_at_once(cast: Cast, parent: ApiClient) -> None:
    """At 03:00 UTC it is still yesterday in Vancouver, and rights are judged by that date."""
    three = (cast.now + timedelta(days=1)).replace(hour=3, minute=0)
    ClockOffset.objects.create(offset=three - cast.now)
    child = parent.post(MINE, MIA).json()["id"]
    assert ties(parent)[child] == "parent"


def test_the_desk_does_not_see_a_child_that_no_clinic_knows(cast: Cast, parent: ApiClient) -> None:
    child = parent.post(MINE, MIA).json()["id"]
    assert ApiClient().as_(cast.desk_coquitlam).get(f"/v1/patients/{child}").status_code == 404


def test_the_same_child_is_not_added_twice(cast: Cast, parent: ApiClient) -> None:
    first = parent.post(MINE, MIA, key="k")
    assert parent.post(MINE, MIA, key="k").content == first.content
    assert refusal(parent.post(MINE, {**MIA, "given_name": "MÍA"})) == (409, "already_exists")
    assert parent.post(MINE, {**MIA, "given_name": "Max"}).status_code == 201
    assert cast.patient.user
    assert ApiClient().as_(cast.patient.user).post(MINE, MIA).status_code == 201, "somebody else's may be called so"


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"birth_date": "2199-01-01"}, "/birth_date"),
        ({"birth_date": "1899-12-31"}, "/birth_date"),
        ({"birth_date": None}, "/birth_date"),
        ({"relationship": "self"}, "/relationship"),
    ],
)
def test_what_cannot_be_is_refused(parent: ApiClient, told: dict[str, Any], pointer: str) -> None:
    answer = parent.post(MINE, {**MIA, **told})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_nobody_invents_patients_without_end(cast: Cast, parent: ApiClient, settings: Settings) -> None:
    assert BUDGETS["dependant"] == (10, timedelta(days=1))
    settings.BUDGETS = {**BUDGETS, "dependant": Budget(1, timedelta(days=1))}
    assert parent.post(MINE, MIA).status_code == 201
    assert refusal(parent.post(MINE, {**MIA, "given_name": "Max"})) == (429, "rate_limited")


def test_a_parent_changes_a_child(cast: Cast, parent: ApiClient) -> None:
    path = f"{MINE}/{cast.child.pk}"
    body = parent.patch(
        path, {"given_name": "Zoé", "email": "Z@Example.test"}, if_match=parent.get(path)["ETag"]
    ).json()
    assert (body["given_name"], body["email"], body["tie"]) == ("Zoé", "z@example.test", "parent")
    assert refusal(parent.patch(path, {"given_name": "A"}, if_match='"1-0123456789abcdef"')) == (412, "etag_mismatch")
    entry = AuditEntry.objects.get(action="patient.changed")
    assert (entry.actor_id, entry.patient_id) == (cast.parent.user_id, cast.child.pk)
    assert User.objects.get(patient=cast.parent).given_name == "Parent"


def test_who_changes_themselves_changes_their_account(cast: Cast, parent: ApiClient) -> None:
    path = f"{MINE}/{cast.parent.pk}"
    assert parent.patch(path, {"given_name": "Zoé", "phone": "604 555 0199"}, if_match="*").status_code == 200
    me = parent.get("/v1/me").json()
    assert (me["given_name"], me["phone"]) == ("Zoé", "+16045550199")
    answer = parent.patch(path, {"email": "other@example.test"}, if_match="*")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/email")


def test_what_staff_see_as_staff_is_not_theirs(cast: Cast) -> None:
    owner, path = ApiClient().as_(cast.owner), f"{MINE}/{cast.patient.pk}"
    assert owner.get(f"/v1/patients/{cast.patient.pk}").status_code == 200
    assert refusal(owner.get(path)) == (404, "not_found")
    assert refusal(owner.patch(path, {"given_name": "Eve"}, if_match="*")) == (404, "not_found")
    assert Patient.objects.get(pk=cast.patient.pk).given_name == "Patient"


def test_an_ended_guardianship_shows_nothing_any_more(cast: Cast, parent: ApiClient) -> None:
    Guardianship.objects.update(ends_on=clock.now().date() - timedelta(days=2))
    assert ties(parent) == {str(cast.parent.pk): "self"}
    assert parent.patch(f"{MINE}/{cast.child.pk}", {"given_name": "A"}, if_match="*").status_code == 404
    assert Patient.objects.get(pk=cast.child.pk).given_name == "Child"


def test_a_retry_shows_no_child_once_the_guardianship_is_over(cast: Cast, parent: ApiClient) -> None:
    added = parent.post(MINE, MIA, key="k").json()["id"]
    Guardianship.objects.filter(patient_id=added).delete()
    assert refusal(parent.post(MINE, MIA, key="k")) == (404, "not_found")
