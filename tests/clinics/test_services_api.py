"""listServices and getService."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.clinics.enums import CredentialKind, Discipline, RoomKind
from backend.clinics.models import Clinic, ClinicService, QuestionAnswer, QuestionSet, RequiredCredential, Service
from tests.api_client import ApiClient
from tests.cast import Cast


def listed(**query: Any) -> list[dict[str, Any]]:
    answer = ApiClient().get("/v1/services", query)
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def codes(**query: Any) -> list[str]:
    return [service["code"] for service in listed(**query)]


def detail(service: Service, language: str = "en") -> dict[str, Any]:
    answer = ApiClient().get(f"/v1/services/{service.pk}", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_visitors_see_every_active_service_by_code(cast: Cast) -> None:
    everything = ["ims-assessment", "ims-treatment", "massage", "physio-follow-up", "physio-initial"]
    assert codes() == everything
    Service.objects.filter(pk=cast.massage.pk).update(is_active=False)
    assert codes() == [code for code in everything if code != "massage"]


def test_a_service_in_a_list(cast: Cast) -> None:
    RequiredCredential.objects.create(service=cast.ims_treatment, kind=CredentialKind.REGISTRATION, province="BC")
    (service,) = listed(code="ims-treatment")
    assert service.pop("etag").startswith('"1-')
    assert len(service.pop("offers")) == 3
    assert service == {
        "id": str(cast.ims_treatment.pk),
        "code": "ims-treatment",
        "name": "ims-treatment",
        "description": "About ims-treatment",
        "discipline": "ims",
        "duration_minutes": 30,
        "before_minutes": 5,
        "after_minutes": 10,
        "room_kind": "treatment",
        "price_minor": 10_000,
        "tax_basis_points": 0,
        "currency": "CAD",
        "gate": {
            "needs_clearance": True,
            "assessment_service_id": str(cast.ims_assessment.pk),
            "needs_screening": True,
            "needs_consent": True,
            "spacing_days": 7,
            "required_credentials": [
                {"kind": "ims_certificate", "province": ""},
                {"kind": "needling_authorisation", "province": ""},
                {"kind": "registration", "province": ""},
                {"kind": "registration", "province": "BC"},
            ],
        },
    }


def test_an_offer_is_on_the_terms_of_its_clinic(cast: Cast) -> None:
    ClinicService.objects.filter(clinic=cast.langley, service=cast.ims_treatment).update(
        price_minor=0, tax_basis_points=500, free_cancellation_minutes=2880
    )
    Clinic.objects.filter(pk=cast.langley.pk).update(late_cancellation_fee_percent=80, notice_minutes=60)
    (service,) = listed(code="ims-treatment")
    offers = service["offers"]
    assert offers[1] == {
        "clinic_id": str(cast.langley.pk),
        "clinic_name": "Langley",
        "price_minor": 0,
        "tax_basis_points": 500,
        "currency": "CAD",
        "is_online_booking_on": True,
        "notice_minutes": 60,
        "horizon_days": 182,
        "free_cancellation_minutes": 2880,
        "late_cancellation_fee_percent": 80,
        "no_show_fee_percent": 100,
    }
    assert [(offer["clinic_name"], offer["price_minor"]) for offer in offers] == [
        ("Coquitlam", 10_000),
        ("Langley", 0),
        ("Toronto", 10_000),
    ]


def test_by_code(cast: Cast) -> None:
    assert codes(code="massage") == ["massage"]
    assert codes(code="levitation") == []


def test_by_clinics(cast: Cast) -> None:
    assert "massage" not in codes(clinic=cast.langley.pk)
    assert "massage" in codes(clinic=[cast.langley.pk, cast.coquitlam.pk])
    assert codes(clinic=uuid.uuid4()) == []
    (treatment,) = listed(clinic=cast.langley.pk, code="ims-treatment")
    assert [offer["clinic_name"] for offer in treatment["offers"]] == ["Langley"]


def test_what_is_no_longer_offered_is_not_listed(cast: Cast) -> None:
    ClinicService.objects.filter(clinic=cast.langley, service=cast.ims_treatment).update(is_active=False)
    assert "ims-treatment" not in codes(clinic=cast.langley.pk)
    Clinic.objects.filter(pk=cast.toronto.pk).update(is_active=False)
    assert codes(clinic=cast.toronto.pk) == []
    (treatment,) = listed(code="ims-treatment")
    assert [offer["clinic_name"] for offer in treatment["offers"]] == ["Coquitlam"]


@pytest.mark.parametrize("clinic", ["1", "", "coquitlam"])
def test_a_malformed_clinic_is_refused(cast: Cast, clinic: str) -> None:
    assert ApiClient().get("/v1/services", {"clinic": clinic}).status_code == 400


def test_pages_hold_each_service_once(cast: Cast) -> None:
    first = ApiClient().get("/v1/services", {"limit": 3}).json()
    second = ApiClient().get("/v1/services", {"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [one["code"] for one in (*first["results"], *second["results"])] == codes()
    assert second["next_cursor"] is None


def test_texts_follow_the_language_of_the_request(cast: Cast) -> None:
    Service.objects.filter(pk=cast.massage.pk).update(preparation="Come.", preparation_fr="")
    french = detail(cast.massage, "fr")
    assert (french["name"], french["description"]) == ("massage (fr)", "Sur massage")
    assert french["preparation"] == "Come."
    assert detail(cast.physio_initial, "fr")["preparation"] == ""


def test_absent_and_withdrawn_services_are_not_found(cast: Cast) -> None:
    Service.objects.filter(pk=cast.massage.pk).update(is_active=False)
    for service_id in (cast.massage.pk, uuid.uuid4()):
        assert ApiClient().get(f"/v1/services/{service_id}").status_code == 404


def test_anyone_may_keep_a_copy_for_a_minute(cast: Cast) -> None:
    for path in ("/v1/services", f"/v1/services/{cast.massage.pk}"):
        answer = ApiClient().get(path)
        assert answer["Cache-Control"] == "public, max-age=60"
        assert "Accept-Language" in answer["Vary"]
        assert ApiClient().get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
        french = ApiClient().get(path, headers={"If-None-Match": answer["ETag"], "Accept-Language": "fr"})
        assert french.status_code == 200


def test_a_change_of_price_changes_the_tag(cast: Cast) -> None:
    before = detail(cast.massage)["etag"]
    ClinicService.objects.filter(service=cast.massage).update(price_minor=1)
    assert detail(cast.massage)["etag"] != before


def test_the_number_of_statements_does_not_grow(cast: Cast) -> None:
    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ApiClient().get(path, {"limit": 100} if path.endswith("services") else None).status_code == 200
        return len(captured)

    one = f"/v1/services/{cast.ims_treatment.pk}"
    before = statements("/v1/services"), statements(one)
    services = [
        Service(
            code=f"more-{n}",
            name="More",
            name_fr="Plus",
            description="More",
            description_fr="Plus",
            discipline=Discipline.IMS,
            duration_minutes=30,
            room_kind=RoomKind.TREATMENT,
            price_minor=1,
        )
        for n in range(25)
    ]
    Service.objects.bulk_create(services)
    ClinicService.objects.bulk_create(
        ClinicService(clinic=clinic, service=service)
        for service in services
        for clinic in (cast.coquitlam, cast.langley)
    )
    RequiredCredential.objects.bulk_create(
        RequiredCredential(service=service, kind=CredentialKind.REGISTRATION) for service in services
    )
    asked = QuestionSet.objects.create(service=cast.ims_treatment, version=1)
    for position in range(1, 10):
        QuestionAnswer.objects.create(
            question_set=asked, position=position, topic="other", question="Why?", answer="So."
        )
    assert (statements("/v1/services"), statements(one)) == before
    assert before[0] <= 4
    assert before[1] <= 5
    assert len(listed(limit=100)) == 30
