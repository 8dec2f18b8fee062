"""listPractitioners and getPractitioner."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.clinics.enums import CredentialKind
from backend.clinics.models import Clinic, ClinicService, Service
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.models import Credential, Offering, Practitioner, WorkingHours
from tests.api_client import ApiClient
from tests.cast import Cast


def listed(**query: Any) -> list[dict[str, Any]]:
    answer = ApiClient().get("/v1/practitioners", query)
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def names(**query: Any) -> list[str]:
    return [one["given_name"] for one in listed(**query)]


def profile(practitioner: Practitioner, language: str = "en") -> dict[str, Any]:
    answer = ApiClient().get(f"/v1/practitioners/{practitioner.pk}", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_visitors_see_every_active_practitioner_by_name(cast: Cast) -> None:
    assert names() == ["Ims", "Langley.Physio", "Masseur", "Physio", "Toronto.Ims"]
    Practitioner.objects.filter(pk=cast.ims.pk).update(is_active=False)
    Practitioner.objects.filter(pk=cast.physio.pk).update(family_name="Aardvark")
    assert names() == ["Physio", "Langley.Physio", "Masseur", "Toronto.Ims"]


def test_a_practitioner_in_a_list(cast: Cast) -> None:
    ims = listed()[0]
    assert ims.pop("etag").startswith('"1-')
    services = [cast.ims_assessment, cast.ims_treatment, cast.physio_follow_up, cast.physio_initial]
    ids = [str(service.pk) for service in services]
    assert ims == {
        "id": str(cast.ims.pk),
        "name": "Ims Test",
        "given_name": "Ims",
        "family_name": "Test",
        "title": "Physiotherapist",
        "languages": ["en"],
        "disciplines": ["ims", "physiotherapy"],
        "photo_url": None,
        "clinics": [
            {"clinic_id": str(cast.coquitlam.pk), "clinic_name": "Coquitlam", "service_ids": ids},
            {"clinic_id": str(cast.langley.pk), "clinic_name": "Langley", "service_ids": ids},
        ],
    }


def test_by_clinic_and_service_together(cast: Cast) -> None:
    assert names(clinic=cast.langley.pk) == ["Ims", "Langley.Physio"]
    assert names(clinic=[cast.langley.pk, cast.toronto.pk]) == ["Ims", "Langley.Physio", "Toronto.Ims"]
    assert names(service="ims-treatment") == ["Ims", "Toronto.Ims"]
    assert names(service=cast.ims_treatment.pk, clinic=cast.langley.pk) == ["Ims"]
    assert names(service="massage", clinic=cast.langley.pk) == []
    Offering.objects.filter(practitioner=cast.ims, clinic=cast.langley, service=cast.ims_treatment).delete()
    assert names(service="ims-treatment", clinic=cast.langley.pk) == []


def test_what_the_clinic_no_longer_offers_nobody_gives_there(cast: Cast) -> None:
    ClinicService.objects.filter(clinic=cast.langley, service=cast.ims_treatment).update(is_active=False)
    assert names(service="ims-treatment", clinic=cast.langley.pk) == []
    langley = profile(cast.ims)["clinics"][1]
    assert str(cast.ims_treatment.pk) not in langley["service_ids"]
    Clinic.objects.filter(pk=cast.toronto.pk).update(is_active=False)
    Service.objects.filter(pk=cast.massage.pk).update(is_active=False)
    assert names(clinic=cast.toronto.pk) == names(service="massage") == []
    assert profile(cast.toronto_ims)["clinics"] == []


def test_ids_that_nobody_has_find_nobody(cast: Cast) -> None:
    assert names(clinic=uuid.uuid4()) == names(service=uuid.uuid4()) == names(service="levitation") == []


def test_by_language(cast: Cast) -> None:
    Practitioner.objects.filter(pk=cast.masseur.pk).update(languages=["en", "fr"])
    assert names(language="fr") == ["Masseur"]
    assert names(language="en", clinic=cast.toronto.pk) == ["Toronto.Ims"]
    assert names(language="tlh") == []


@pytest.mark.parametrize(
    "query",
    [
        {"clinic": "1"},
        {"service": "a b"},
        {"service": " ims-treatment "},
        {"service": ""},
        {"language": "FR"},
        {"language": "fr\n"},
        {"language": "%"},
    ],
)
def test_malformed_filters_are_refused(cast: Cast, query: dict[str, str]) -> None:
    assert ApiClient().get("/v1/practitioners", query).status_code == 400


def test_pages_hold_each_practitioner_once(cast: Cast) -> None:
    first = ApiClient().get("/v1/practitioners", {"limit": 3}).json()
    second = ApiClient().get("/v1/practitioners", {"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [one["given_name"] for one in (*first["results"], *second["results"])] == names()
    assert second["next_cursor"] is None


def test_the_profile_has_weekly_hours_at_each_clinic(cast: Cast) -> None:
    coquitlam, langley = profile(cast.ims)["clinics"]
    assert [one["weekday"] for one in coquitlam["weekly_hours"]] == [1, 2, 3]
    assert langley["timezone"] == "America/Vancouver"
    assert langley["weekly_hours"] == [
        {"weekday": day, "from_time": "09:00", "until_time": "17:00", "valid_from": "2020-01-01", "valid_until": None}
        for day in (4, 5)
    ]


def test_hours_that_are_over_are_left_out(cast: Cast) -> None:
    today = cast.today(cast.langley)
    hours = WorkingHours.objects.filter(practitioner=cast.ims, clinic=cast.langley)
    hours.filter(weekday=4).update(valid_until=today - timedelta(days=1))
    hours.filter(weekday=5).update(valid_until=today)
    assert [one["weekday"] for one in profile(cast.ims)["clinics"][1]["weekly_hours"]] == [5]


def test_texts_follow_the_language_of_the_request(cast: Cast) -> None:
    Practitioner.objects.filter(pk=cast.ims.pk).update(bio="Hello.", bio_fr="Bonjour.")
    assert (profile(cast.ims)["title"], profile(cast.ims)["bio"]) == ("Physiotherapist", "Hello.")
    assert (profile(cast.ims, "fr")["title"], profile(cast.ims, "fr")["bio"]) == ("Physiothérapeute", "Bonjour.")
    assert profile(cast.physio)["bio"] == ""


def prove(cast: Cast, kind: CredentialKind, **facts: Any) -> None:
    known = {
        "issuer": "A school",
        "jurisdiction": "CA",
        "number": "SECRET-1",
        "issued_on": date(2020, 1, 1),
        "valid_from": date(2020, 1, 1),
        "status": CredentialStatus.VERIFIED,
        "verified_at": cast.now,
        "verified_by": cast.owner,
    }
    Credential.objects.create(practitioner=cast.physio, kind=kind, **(known | facts))


def test_only_valid_credentials_are_shown_and_never_their_numbers(cast: Cast) -> None:
    today = cast.today(cast.coquitlam)
    prove(cast, CredentialKind.IMS_CERTIFICATE, valid_until=today)
    prove(cast, CredentialKind.IMS_CERTIFICATE, number="old", valid_until=today - timedelta(days=1))
    prove(cast, CredentialKind.IMS_CERTIFICATE, number="soon", valid_from=today + timedelta(days=1))
    prove(cast, CredentialKind.NEEDLING_AUTHORISATION, status=CredentialStatus.PENDING)
    revoked = {"revoked_at": timezone.now(), "revoked_by": cast.owner, "revoked_reason": "Withdrawn"}
    prove(cast, CredentialKind.NEEDLING_AUTHORISATION, number="gone", status=CredentialStatus.REVOKED, **revoked)
    answer = ApiClient().get(f"/v1/practitioners/{cast.physio.pk}")
    assert answer.json()["credentials"] == [
        {"kind": "ims_certificate", "issuer": "A school", "jurisdiction": "CA", "valid_until": str(today)},
        {"kind": "registration", "issuer": "The regulator", "jurisdiction": "BC", "valid_until": None},
    ]
    assert b"SECRET-1" not in answer.content


def test_absent_and_former_practitioners_are_not_found(cast: Cast) -> None:
    Practitioner.objects.filter(pk=cast.ims.pk).update(is_active=False)
    for practitioner_id in (cast.ims.pk, uuid.uuid4()):
        assert ApiClient().get(f"/v1/practitioners/{practitioner_id}").status_code == 404


def test_anyone_may_keep_a_copy_for_a_minute(cast: Cast) -> None:
    for path in ("/v1/practitioners", f"/v1/practitioners/{cast.ims.pk}"):
        answer = ApiClient().get(path)
        assert answer["Cache-Control"] == "public, max-age=60"
        assert "Accept-Language" in answer["Vary"]
        assert ApiClient().get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
        french = ApiClient().get(path, headers={"If-None-Match": answer["ETag"], "Accept-Language": "fr"})
        assert french.status_code == 200


def test_the_number_of_statements_does_not_grow(cast: Cast) -> None:
    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ApiClient().get(path, {"limit": 100} if path.endswith("practitioners") else None).status_code == 200
        return len(captured)

    one = f"/v1/practitioners/{cast.toronto_ims.pk}"
    before = statements("/v1/practitioners"), statements(one)
    people = [
        Practitioner(given_name=f"More {n}", family_name="Test", title="Physio", title_fr="Physio") for n in range(25)
    ]
    Practitioner.objects.bulk_create(people)
    clinics = (cast.coquitlam, cast.langley, cast.toronto)
    Offering.objects.bulk_create(
        Offering(practitioner=who, clinic=clinic, service=cast.physio_initial)
        for who in (*people, cast.toronto_ims)
        for clinic in clinics
        if (who, clinic) != (cast.toronto_ims, cast.toronto)
    )
    assert (statements("/v1/practitioners"), statements(one)) == before
    assert before[0] <= 2
    assert before[1] <= 5
    assert len(listed(limit=100)) == 30
