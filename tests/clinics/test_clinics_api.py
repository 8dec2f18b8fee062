"""listClinics and getClinic."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.clinics.models import Clinic, ClinicService, Closure, OpeningHours, Service
from backend.practitioners.models import Offering, Practitioner
from tests.api_client import ApiClient
from tests.cast import Cast


def listed(**query: Any) -> list[dict[str, Any]]:
    answer = ApiClient().get("/v1/clinics", query)
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def slugs(**query: Any) -> list[str]:
    return [clinic["slug"] for clinic in listed(**query)]


def detail(clinic: Clinic) -> dict[str, Any]:
    answer = ApiClient().get(f"/v1/clinics/{clinic.pk}")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_visitors_see_every_active_clinic_by_name(cast: Cast) -> None:
    assert slugs() == ["coquitlam", "langley", "toronto"]
    Clinic.objects.filter(pk=cast.langley.pk).update(is_active=False)
    assert slugs() == ["coquitlam", "toronto"]


def test_a_clinic_in_a_list(cast: Cast) -> None:
    clinic = listed()[2]
    etag = clinic.pop("etag")
    assert etag.startswith('"1-')
    assert clinic == {
        "id": str(cast.toronto.pk),
        "slug": "toronto",
        "name": "Toronto",
        "street": "1 Main Street",
        "city": "Toronto",
        "province": "ON",
        "postal_code": "V3B 0J1",
        "latitude": 43.68,
        "longitude": -79.35,
        "timezone": "America/Toronto",
        "currency": "CAD",
        "utc_offset": clinic["utc_offset"],
        "phone": "+16045550100",
        "email": "toronto@example.test",
        "is_online_booking_on": True,
        "distance_km": None,
        "services": [],
        "practitioners": [],
    }
    assert clinic["utc_offset"] in {"-05:00", "-04:00"}


def test_british_columbia_keeps_its_clocks(cast: Cast) -> None:
    assert listed()[0]["utc_offset"] == "-07:00"


def test_the_nearest_comes_first(cast: Cast) -> None:
    vancouver, ottawa = "49.2827,-123.1207", "45.4215,-75.6972"
    assert slugs(near=vancouver) == ["coquitlam", "langley", "toronto"]
    found = listed(near=ottawa)
    assert [clinic["slug"] for clinic in found] == ["toronto", "langley", "coquitlam"]
    assert found[0]["distance_km"] == pytest.approx(351, abs=3)
    assert found[0]["distance_km"] < found[1]["distance_km"] < found[2]["distance_km"]


@pytest.mark.parametrize(("near", "km"), [("43.68,-79.35", 0.0), ("-43.68,100.65", 20015.1), ("90,0", 5150.5)])
def test_distances_at_the_ends_of_the_earth(cast: Cast, near: str, km: float) -> None:
    found = {clinic["slug"]: clinic["distance_km"] for clinic in listed(near=near)}
    assert found["toronto"] == pytest.approx(km, abs=0.2)


@pytest.mark.parametrize("near", ["49.28", "49.28,", "91,0", "0,181", "a,b", "49.28, -122.79", "", "1,2,3", "nan,nan"])
def test_a_malformed_place_is_refused(cast: Cast, near: str) -> None:
    answer = ApiClient().get("/v1/clinics", {"near": near})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "?near"


def test_by_service(cast: Cast) -> None:
    assert slugs(service="massage") == ["coquitlam"]
    assert slugs(service=str(cast.massage.pk)) == ["coquitlam"]
    assert slugs(service=str(cast.massage.pk).upper()) == ["coquitlam"]
    assert slugs(service="ims-treatment") == ["coquitlam", "langley", "toronto"]


def test_a_service_that_is_not_given_is_given_nowhere(cast: Cast) -> None:
    assert slugs(service="levitation") == slugs(service=str(uuid.uuid4())) == []
    ClinicService.objects.filter(clinic=cast.langley, service=cast.ims_treatment).update(is_active=False)
    assert slugs(service="ims-treatment") == ["coquitlam", "toronto"]
    Service.objects.filter(pk=cast.ims_treatment.pk).update(is_active=False)
    assert slugs(service="ims-treatment") == []


@pytest.mark.parametrize("service", ["", "two words", "-", "a--b", "ünicode", "x" * 61])
def test_a_malformed_service_is_refused(cast: Cast, service: str) -> None:
    assert ApiClient().get("/v1/clinics", {"service": service}).status_code == 400


@pytest.mark.parametrize(
    ("q", "found"),
    [("LANG", ["langley"]), ("main toron", ["toronto"]), ("main 100%", []), ("_", []), ("v3b tor", ["toronto"])],
)
def test_words_are_looked_for_in_name_and_address(cast: Cast, q: str, found: list[str]) -> None:
    assert slugs(q=q) == found


def test_services_on_request(cast: Cast) -> None:
    ClinicService.objects.filter(clinic=cast.toronto, service=cast.ims_treatment).update(price_minor=12_345)
    ClinicService.objects.filter(clinic=cast.toronto, service=cast.physio_initial).update(is_active=False)
    coquitlam, _, toronto = listed(expand="services")
    assert [offer["code"] for offer in coquitlam["services"]] == [
        "ims-assessment",
        "ims-treatment",
        "massage",
        "physio-follow-up",
        "physio-initial",
    ]
    assert {offer["code"]: offer["price_minor"] for offer in toronto["services"]} == {
        "ims-assessment": 10_000,
        "ims-treatment": 12_345,
        "physio-follow-up": 10_000,
    }
    assert coquitlam["practitioners"] == []


def test_whoever_closes_online_booking_closes_it(cast: Cast) -> None:
    ClinicService.objects.filter(clinic=cast.langley, service=cast.ims_treatment).update(is_online_booking_on=False)
    Clinic.objects.filter(pk=cast.toronto.pk).update(is_online_booking_on=False)
    ClinicService.objects.filter(clinic=cast.toronto).update(is_online_booking_on=True)
    found = {
        clinic["slug"]: {offer["code"]: offer["is_online_booking_on"] for offer in clinic["services"]}
        for clinic in listed(expand="services")
    }
    assert found["coquitlam"]["ims-treatment"]
    assert not found["langley"]["ims-treatment"]
    assert found["langley"]["physio-initial"]
    assert not any(found["toronto"].values())


def test_practitioners_on_request(cast: Cast) -> None:
    Practitioner.objects.filter(pk=cast.physio.pk).update(is_active=False)
    coquitlam, langley, toronto = listed(expand="services,practitioners")
    assert [one["name"] for one in coquitlam["practitioners"]] == ["Ims Test", "Masseur Test"]
    assert [one["name"] for one in langley["practitioners"]] == ["Ims Test", "Langley.Physio Test"]
    assert toronto["practitioners"] == [
        {
            "practitioner_id": str(cast.toronto_ims.pk),
            "name": "Toronto.Ims Test",
            "title": "Physiotherapist",
            "languages": ["en"],
            "disciplines": ["ims", "physiotherapy"],
        }
    ]


def test_an_unknown_expansion_is_refused(cast: Cast) -> None:
    answer = ApiClient().get("/v1/clinics", {"expand": "rooms"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_a_choice")


@pytest.mark.parametrize("query", [{}, {"near": "49.2,-122.8"}])
def test_pages_hold_each_clinic_once(cast: Cast, query: dict[str, str]) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = ApiClient().get("/v1/clinics", {**query, "limit": 1, **cursor}).json()
        seen += [clinic["slug"] for clinic in page["results"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == slugs(**query)
    assert len(seen) == 3


def test_a_cursor_of_other_filters_is_refused(cast: Cast) -> None:
    cursor = ApiClient().get("/v1/clinics", {"limit": 1}).json()["next_cursor"]
    answer = ApiClient().get("/v1/clinics", {"limit": 1, "cursor": cursor, "q": "langley"})
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_the_detail_has_hours_closures_and_policy(cast: Cast) -> None:
    today = cast.today(cast.toronto)
    Closure.objects.create(
        clinic=cast.toronto, first_date=today - timedelta(days=2), last_date=today, from_minute=600, reason="Works"
    )
    Closure.objects.create(
        clinic=cast.toronto, first_date=today - timedelta(days=3), last_date=today - timedelta(days=1), reason="Over"
    )
    OpeningHours.objects.filter(clinic=cast.toronto, weekday=6).update(valid_until=today - timedelta(days=1))
    body = detail(cast.toronto)
    assert body["slug"] == "toronto"
    assert body["opening_hours"] == [
        {"weekday": day, "from_time": "08:00", "until_time": "18:00", "valid_from": "2020-01-01", "valid_until": None}
        for day in range(1, 6)
    ]
    assert body["closures"] == [
        {
            "first_date": str(today - timedelta(days=2)),
            "last_date": str(today),
            "from_time": "10:00",
            "until_time": "24:00",
            "reason": "Works",
        }
    ]
    assert body["policy"] == {
        "notice_minutes": 120,
        "horizon_days": 182,
        "free_cancellation_minutes": 1440,
        "late_cancellation_fee_percent": 50,
        "no_show_fee_percent": 100,
        "reschedule_limit": 3,
        "reschedule_within_days": 60,
    }
    assert body["currency"] == "CAD"
    assert body["services"][0]["code"] == "ims-assessment"
    assert [one["name"] for one in body["practitioners"]] == ["Toronto.Ims Test"]


def test_absent_and_closed_clinics_are_not_found(cast: Cast) -> None:
    Clinic.objects.filter(pk=cast.langley.pk).update(is_active=False)
    for clinic_id in (cast.langley.pk, uuid.uuid4()):
        assert ApiClient().get(f"/v1/clinics/{clinic_id}").status_code == 404


def test_texts_follow_the_language_of_the_request(cast: Cast) -> None:
    def service_name(languages: str) -> str:
        answer = ApiClient().get(f"/v1/clinics/{cast.coquitlam.pk}", headers={"Accept-Language": languages})
        name: str = answer.json()["services"][0]["name"]
        return name

    assert service_name("fr-CA,fr;q=0.9,en;q=0.5") == "ims-assessment (fr)"
    assert service_name("de, en;q=0.1") == service_name("en") == "ims-assessment"


def test_anyone_may_keep_a_copy_for_a_minute(cast: Cast) -> None:
    for path in ("/v1/clinics", f"/v1/clinics/{cast.langley.pk}"):
        answer = ApiClient().as_(cast.owner).get(path)
        assert answer["Cache-Control"] == "public, max-age=60"
        assert "Accept-Language" in answer["Vary"]
        again = ApiClient().get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        french = ApiClient().get(path, headers={"If-None-Match": answer["ETag"], "Accept-Language": "fr"})
        assert french.status_code == (304 if path == "/v1/clinics" else 200)


def test_the_number_of_statements_does_not_grow(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found = listed(expand="services,practitioners", near="49.2,-122.8", limit=100)
        assert all(clinic["services"] and clinic["practitioners"] for clinic in found)
        return len(captured)

    before = statements()
    clinics = [
        Clinic(
            organisation=cast.organisation,
            slug=f"more-{n}",
            name=f"More {n}",
            street="2 Main Street",
            city="Surrey",
            province="BC",
            postal_code="V3B 0J1",
            latitude=Decimal("49.1"),
            longitude=Decimal("-122.8"),
            timezone="America/Vancouver",
            phone="+16045550100",
            email="more@example.test",
        )
        for n in range(27)
    ]
    Clinic.objects.bulk_create(clinics)
    ClinicService.objects.bulk_create(ClinicService(clinic=one, service=cast.physio_initial) for one in clinics)
    Offering.objects.bulk_create(
        Offering(practitioner=cast.physio, clinic=one, service=cast.physio_initial) for one in clinics
    )
    assert statements() == before <= 4
    assert len(slugs(limit=100)) == 30
