"""What patients agree to: versions, who agreed for whom, taking it back (D13)."""

import pytest
from django.db import IntegrityError, transaction

from backend.patients.models import Consent, ConsentText
from tests.api_client import ApiClient
from tests.appointments.calls import api, faults, made, refusal
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEW_TEXT = {"title": "Needling", "title_fr": "Aiguilles", "body": "It may hurt.", "body_fr": "Ça peut faire mal."}


def consents_of(patient: object) -> str:
    return f"/v1/patients/{patient.pk}/consents"  # type: ignore[attr-defined]


@pytest.fixture
def text(cast: Cast) -> str:
    """A text that nobody has agreed to yet."""
    answer = api(cast.owner).post(f"/v1/services/{cast.ims_treatment.pk}/consent-texts", NEW_TEXT)
    assert made(answer)["version"] == 2
    found: str = answer.json()["id"]
    return found


def test_anybody_reads_the_present_text_in_their_language(cast: Cast, text: str) -> None:
    path = f"/v1/services/{cast.ims_treatment.pk}/consent-text"
    assert ApiClient().get(path).json()["title"] == "Needling"
    french = ApiClient().get(path, headers={"Accept-Language": "fr"}).json()
    assert (french["id"], french["title"], french["body"]) == (text, "Aiguilles", "Ça peut faire mal.")
    assert ApiClient().get(f"/v1/services/{cast.massage.pk}/consent-text").status_code == 404


def test_a_parent_agrees_for_the_child_and_takes_it_back(cast: Cast, text: str) -> None:
    client = api(cast.parent)
    given = made(client.post(consents_of(cast.child), {"consent_text_id": text}))
    assert (given["given_by"], given["signed_by_name"], given["revoked_at"]) == ("guardian", "Parent Test", None)
    assert made(client.post(consents_of(cast.child), {"consent_text_id": text})) == given
    revoked = client.post(f"/v1/consents/{given['id']}/revoke").json()
    assert revoked["revoked_at"]
    assert client.post(f"/v1/consents/{given['id']}/revoke").json() == revoked
    assert client.get(f"/v1/consents/{given['id']}").json() == revoked
    renewed = made(client.post(consents_of(cast.child), {"consent_text_id": text}))
    assert renewed["id"] != given["id"]
    listed = client.get(consents_of(cast.child)).json()["results"]
    assert [(one["id"], one["is_text_current"]) for one in listed][:2] == [(renewed["id"], True), (given["id"], True)]
    assert [one["is_text_current"] for one in listed] == [True, True, False]
    with pytest.raises(IntegrityError, match="consent_is_given_once"), transaction.atomic():
        Consent.objects.filter(pk=given["id"]).update(revoked_at=None, revoked_by=None)


def test_the_desk_enters_who_agreed(cast: Cast, text: str) -> None:
    desk = api(cast.desk_coquitlam)
    given = made(desk.post(consents_of(cast.patient), {"consent_text_id": text}))
    assert (given["given_by"], given["signed_by_name"]) == ("staff", "Patient Test")
    named = made(desk.post(consents_of(cast.child), {"consent_text_id": text, "signed_by_name": "Nora Test"}))
    assert named["signed_by_name"] == "Nora Test"


def test_nobody_agrees_to_a_text_that_was_replaced(cast: Cast, text: str) -> None:
    old = ConsentText.objects.get(version=1)
    refused = api(cast.patient).post(consents_of(cast.patient), {"consent_text_id": str(old.pk)})
    assert (refusal(refused)[0], faults(refused)) == (400, {"/consent_text_id": "mismatch"})
    refused = api(cast.patient).post(consents_of(cast.patient), {"consent_text_id": str(cast.patient.pk)})
    assert faults(refused) == {"/consent_text_id": "mismatch"}
