"""Services of the chain, and the terms on which a clinic offers them."""

from typing import Any

import pytest

from backend.audit.models import AuditEntry
from backend.clinics.models import ClinicService, Service
from backend.events.models import DomainEvent
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.clinics.test_setup_clinics import as_patient, book, first_error, refusal

SHOCKWAVE: dict[str, Any] = {
    "code": "shockwave",
    "name": "Shockwave",
    "name_fr": "Ondes de choc",
    "description": "Short impulses.",
    "description_fr": "De courtes impulsions.",
    "discipline": "physiotherapy",
    "duration_minutes": 20,
    "room_kind": "treatment",
    "price_minor": 9000,
    "required_credentials": [{"kind": "registration"}, {"kind": "needling_authorisation", "province": "BC"}],
}
REQUIRED = [{"kind": "needling_authorisation", "province": "BC"}, {"kind": "registration", "province": ""}]


@pytest.fixture
def owner(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.owner)


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.manager_coquitlam)


def test_an_owner_makes_a_service(owner: ApiClient, cast: Cast) -> None:
    made = owner.post("/v1/services", {**SHOCKWAVE, "assessment_service_id": cast.physio_initial.id})
    assert made.status_code == 201, made.content
    body = made.json()
    assert {name: body[name] for name in SHOCKWAVE if name != "required_credentials"} == {
        name: value for name, value in SHOCKWAVE.items() if name != "required_credentials"
    }
    assert body["required_credentials"] == REQUIRED
    assert (body["before_minutes"], body["step_minutes"], body["is_active"]) == (0, 15, True)
    assert (body["assessment_service_id"], body["applies_to"]) == (str(cast.physio_initial.id), "new_visits")
    seen = ApiClient().get(made["Location"], headers={"Accept-Language": "fr"}).json()
    assert (seen["name"], seen["gate"]["required_credentials"]) == ("Ondes de choc", REQUIRED)
    entry = AuditEntry.objects.get(action="service.created")
    assert (entry.after["code"], len(entry.after["required_credentials"])) == ("shockwave", 2)
    assert DomainEvent.objects.filter(type="service.created.v1", subject_id=body["id"]).exists()


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("duration_minutes", 4, "/duration_minutes"),
        ("after_minutes", 121, "/after_minutes"),
        ("code", "Shock Wave", "/code"),
        ("required_credentials", [{"province": "BC"}], "/required_credentials/0/kind"),
        ("required_credentials", [{"kind": "registration", "province": "WA"}], "/required_credentials/0/province"),
        ("assessment_service_id", "019a0000-0000-7000-8000-00000000dead", "/assessment_service_id"),
    ],
)
def test_what_no_service_has_is_refused(owner: ApiClient, field: str, value: object, pointer: str, cast: Cast) -> None:
    assert first_error(owner.post("/v1/services", {**SHOCKWAVE, field: value}))[:2] == (400, pointer)
    assert not Service.objects.filter(code="shockwave").exists()
    if field != "code":
        changed = owner.patch(f"/v1/services/{cast.massage.id}", {field: value}, if_match="*")
        assert first_error(changed)[:2] == (400, pointer)


def test_a_code_is_unique_and_never_changes(owner: ApiClient, cast: Cast) -> None:
    taken = owner.post("/v1/services", {**SHOCKWAVE, "code": "massage"})
    assert (taken.json()["code"], *first_error(taken)) == ("already_exists", 409, "/code", "taken")
    refused = owner.patch(f"/v1/services/{cast.massage.id}", {"code": "rub"}, if_match="*")
    assert refusal(refused) == (400, "unknown_field")


def test_a_manager_makes_and_changes_no_services(manager: ApiClient, cast: Cast) -> None:
    assert refusal(manager.post("/v1/services", SHOCKWAVE)) == (403, "permission_denied")
    refused = manager.patch(f"/v1/services/{cast.massage.id}", {"name": "X"}, if_match="*")
    assert refusal(refused) == (403, "permission_denied")


def test_a_new_length_is_for_new_visits(owner: ApiClient, cast: Cast) -> None:
    visit = book(cast)
    path = f"/v1/services/{cast.physio_follow_up.id}"
    etag = owner.get(path).json()["etag"]
    changed = owner.patch(path, {"duration_minutes": 480, "before_minutes": 90}, if_match=etag).json()
    assert (changed["duration_minutes"], changed["applies_to"]) == (480, "new_visits")
    assert changed["affected_appointments"] == [], "the visit keeps its own length"
    booked = as_patient(cast).get(f"/v1/appointments/{visit}").json()
    assert booked["duration_minutes"] == 30
    entry = AuditEntry.objects.get(action="service.changed")
    assert entry.before == {"duration_minutes": 30, "before_minutes": 0}
    assert refusal(owner.patch(path, {"name": "Late"}, if_match=etag)) == (412, "etag_mismatch")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"is_active": False}, "not_offered"),
        ({"room_kind": "massage"}, "no_room"),
        ({"required_credentials": [{"kind": "ims_certificate", "province": "ON"}]}, None),
        ({"required_credentials": [{"kind": "ims_certificate"}], "duration_minutes": 480}, "credential_missing"),
    ],
)
def test_visits_that_lose_their_cover_are_named_first(
    owner: ApiClient, cast: Cast, change: dict[str, Any], rule: str | None
) -> None:
    book(cast)
    cast.ims.credentials.filter(kind="ims_certificate").delete()
    path = f"/v1/services/{cast.physio_follow_up.id}"
    asked = owner.call("PATCH", path, change, query={"dry_run": "true"}, if_match="*").json()
    assert [one["rules"] for one in asked["affected_appointments"]] == ([[rule]] if rule else [])
    kept = Service.objects.get(pk=cast.physio_follow_up.pk)
    assert (kept.version, kept.is_active, kept.room_kind, kept.required_credentials.count()) == (
        1,
        True,
        "treatment",
        1,
    )
    done = owner.patch(path, change, if_match="*").json()
    assert {**done, "required_credentials": None} == {**asked, "required_credentials": None}
    assert done["etag"].startswith('"2-')


def test_required_credentials_are_replaced_as_a_whole(owner: ApiClient, cast: Cast) -> None:
    path = f"/v1/services/{cast.massage.id}"
    first = owner.patch(path, {"required_credentials": SHOCKWAVE["required_credentials"]}, if_match="*").json()
    assert first["required_credentials"] == REQUIRED
    same = owner.patch(path, {"required_credentials": REQUIRED}, if_match=first["etag"]).json()
    assert same["etag"] == first["etag"], "order does not matter"
    entry = AuditEntry.objects.get(action="service.changed")
    assert entry.before == {"required_credentials": [{"kind": "registration", "province": ""}]}
    assert entry.after == {"required_credentials": REQUIRED}


def test_an_offer_is_put_seen_and_withdrawn(manager: ApiClient, owner: ApiClient, cast: Cast) -> None:
    service = owner.post("/v1/services", SHOCKWAVE).json()["id"]
    path = f"/v1/clinics/{cast.coquitlam.id}/services/{service}"
    offer = manager.put(path, {"price_minor": 8000, "horizon_days": 30})
    assert offer.status_code == 200, offer.content
    body = offer.json()
    assert (body["code"], body["price_minor"], body["tax_basis_points"]) == ("shockwave", 8000, None)
    public = ApiClient().get(f"/v1/services/{service}").json()["offers"]
    assert [(one["clinic_id"], one["price_minor"]) for one in public] == [(str(cast.coquitlam.id), 8000)]

    assert refusal(manager.put(path, {"price_minor": 1})) == (428, "if_match_required")
    again = manager.put(path, {"price_minor": 8000, "horizon_days": 30}, if_match=body["etag"]).json()
    assert again == body, "repeating changes nothing"
    bare = manager.put(path, {}, if_match=body["etag"]).json()
    assert (bare["price_minor"], bare["horizon_days"]) == (None, None), "the body is the whole offer"
    assert refusal(manager.put(path, {}, if_match=body["etag"])) == (412, "etag_mismatch")
    gone = manager.put(path, {"is_active": False}, if_match=bare["etag"])
    assert gone.json()["is_active"] is False
    assert ApiClient().get(f"/v1/services/{service}").json()["offers"] == []
    assert [entry.action for entry in AuditEntry.objects.filter(subject_type="offer").order_by("at")] == [
        "offer.created",
        "offer.changed",
        "offer.changed",
    ]
    listed = manager.get(f"/v1/clinics/{cast.coquitlam.id}/services").json()["results"]
    assert [one["is_active"] for one in listed if one["service_id"] == service] == [False]
    assert len(listed) == 6


def test_an_offer_that_visits_rest_on_is_withdrawn_with_open_eyes(manager: ApiClient, cast: Cast) -> None:
    visit = book(cast)
    path = f"/v1/clinics/{cast.coquitlam.id}/services/{cast.physio_follow_up.id}"
    body = {"is_active": False}
    asked = manager.call("PUT", path, body, query={"dry_run": "true"}, if_match="*").json()
    assert [(one["appointment_id"], one["rules"]) for one in asked["affected_appointments"]] == [
        (visit, ["not_offered"])
    ]
    assert ClinicService.objects.get(clinic=cast.coquitlam, service=cast.physio_follow_up).is_active
    assert manager.put(path, body, if_match="*").json() == asked


def test_an_offer_is_made_by_who_manages_the_clinic_of_what_there_is(manager: ApiClient, cast: Cast) -> None:
    langley = f"/v1/clinics/{cast.langley.id}/services"
    assert refusal(manager.put(f"{langley}/{cast.massage.id}", {})) == (403, "permission_denied")
    assert refusal(manager.get(langley)) == (403, "permission_denied")
    own = f"/v1/clinics/{cast.coquitlam.id}/services"
    assert refusal(manager.put(f"{own}/019a0000-0000-7000-8000-00000000dead", {})) == (404, "not_found")
    ClinicService.objects.filter(clinic=cast.coquitlam, service=cast.massage).delete()
    assert refusal(manager.put(f"{own}/{cast.massage.id}", {}, if_match="*")) == (412, "etag_mismatch")
    assert manager.put(f"{own}/{cast.massage.id}", {}).status_code == 200
