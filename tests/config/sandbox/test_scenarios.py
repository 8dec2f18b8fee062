"""`X-Sandbox-Scenario`: any documented error of any operation, and nothing but those."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from backend.appointments.enums import RuleCode
from backend.appointments.models import Appointment
from backend.common.http.openapi.document import describe_api
from backend.common.http.problems import MEDIA_TYPE
from backend.config.sandbox.scenarios import HEADER
from tests.api_client import ApiClient
from tests.cast import FRI, Cast
from tests.policy.calls import Operation, operations
from tests.policy.traces import fingerprint

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def patient(cast: Cast) -> ApiClient:
    return ApiClient(may_fail=True).as_(cast.patient.user or "")


@pytest.fixture
def owner(cast: Cast) -> ApiClient:
    return ApiClient(may_fail=True).as_(cast.owner)


def force(client: ApiClient, code: str, method: str = "POST", path: str = "/v1/holds", **options: Any) -> Any:
    headers = {HEADER: code, **options.pop("headers", {})}
    return client.call(method, path, options.pop("body", None), headers=headers, **options)


def codes_of(operation: Operation) -> list[tuple[int, str]]:
    components = describe_api()["components"]["responses"]
    found = []
    for status, told in operation.description["responses"].items():
        if int(status) >= 400:
            response = components[told["$ref"].rsplit("/", 1)[1]] if "$ref" in told else told
            found += [(int(status), code) for code in response["content"][MEDIA_TYPE]["examples"]]
    return found


def test_every_documented_error_of_every_operation_can_be_forced(cast: Cast, owner: ApiClient) -> None:
    # ApiClient holds each answer against the description: status, headers, media type, body, code.
    physio = ApiClient(may_fail=True).as_(cast.ims.user or "")
    before, forced = fingerprint(), 0
    for operation in operations().values():
        caller = owner if "owner" in operation.description.get("x-required-roles", ["owner"]) else physio
        path = re.sub(r"\{[^}]*\}", NOBODY, operation.path)
        for status, code in codes_of(operation):
            answer = force(caller, code, operation.method, path)
            assert (answer.status_code, answer.json()["code"]) == (status, code), operation.id
            forced += 1
    assert forced > 1000
    assert fingerprint() == before, "nothing is written"


def test_an_error_has_the_members_of_its_code(patient: ApiClient) -> None:
    answer = force(patient, "slot_taken")
    taken = answer.json()
    assert taken["request_id"] == answer.headers["X-Request-Id"]
    assert [rule["class"] for rule in taken["rules"]] == ["hard"] * len(taken["rules"]) != []
    assert len(taken["alternatives"]) == 3
    starts = [datetime.fromisoformat(one["starts_at"]) for one in taken["alternatives"]]
    assert all(start > datetime.now(UTC) for start in starts)
    assert force(patient, "unknown_field").json()["errors"][0]["code"] == "unknown"


@pytest.mark.parametrize("rule", RuleCode.values)
def test_any_rule_can_be_made_to_refuse(patient: ApiClient, rule: str) -> None:
    told = force(patient, f"slot_not_bookable.{rule}").json()
    [refusing] = told["rules"]
    assert (told["code"], refusing["code"]) == ("slot_not_bookable", rule)
    assert refusing["remedy"]
    if later := refusing["next_start_at"]:
        assert datetime.fromisoformat(later) > datetime.now(UTC)
    french = force(patient, f"slot_not_bookable.{rule}", headers={"Accept-Language": "fr"}).json()["rules"][0]
    assert (french["detail"] != refusing["detail"], french["remedy"] != refusing["remedy"]) == (True, True)


def test_a_rule_without_its_code_is_no_scenario(patient: ApiClient) -> None:
    for code in ("slot_taken.too_soon", "slot_not_bookable.nonsense", "slot_not_bookable.", ".too_soon", "too_soon"):
        assert force(patient, code).json()["errors"][0]["code"] == "not_a_choice"


def test_an_error_has_its_headers(patient: ApiClient) -> None:
    assert force(patient, "unavailable").headers["Retry-After"]
    assert force(patient, "idempotency_in_progress").headers["Retry-After"]
    assert force(patient, "token_expired").headers["WWW-Authenticate"] == "Bearer"


def test_an_error_speaks_the_language_asked_for(patient: ApiClient) -> None:
    told = force(patient, "not_found", headers={"Accept-Language": "fr"}).json()
    assert told["title"] != force(patient, "not_found").json()["title"]
    taken = force(patient, "slot_taken", headers={"Accept-Language": "fr"}).json()
    assert taken["rules"][0]["detail"] != force(patient, "slot_taken").json()["rules"][0]["detail"]


def test_a_code_that_the_operation_never_answers_with_is_refused() -> None:
    for code in ("credentials_invalid", "nonsense", "", "é"):
        answer = force(ApiClient(), code)
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
        (told,) = answer.json()["errors"]
        assert (told["pointer"], told["code"]) == (f"#{HEADER}", "not_a_choice")
        assert "slot_taken" in told["detail"]


def test_every_refusal_of_a_code_fits_its_description(owner: ApiClient) -> None:
    for operation in operations().values():
        path = re.sub(r"\{[^}]*\}", NOBODY, operation.path)
        # Past ApiClient: an operation that refuses no value of its own does not describe the sandbox's refusal.
        answer = owner.http.generic(operation.method, path, headers={HEADER: "nonsense"})
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
        assert len(answer.json()["errors"][0]["detail"]) <= 500


@pytest.mark.parametrize("code", ["not_authenticated", "token_expired", "unavailable", "internal_error"])
def test_what_comes_before_sign_in_needs_none(code: str) -> None:
    assert force(ApiClient(may_fail=True), code).json()["code"] == code


def test_what_comes_after_sign_in_needs_one(patient: ApiClient) -> None:
    assert force(ApiClient(), "slot_taken").json()["code"] == "not_authenticated"
    assert force(ApiClient("nonsense"), "slot_taken").json()["code"] == "token_invalid"
    assert force(ApiClient(), "credentials_invalid", path="/v1/auth/token").status_code == 401


def test_what_comes_after_rights_needs_them(patient: ApiClient, owner: ApiClient) -> None:
    assert force(patient, "already_exists", path="/v1/clinics").json()["code"] == "permission_denied"
    assert force(owner, "already_exists", path="/v1/clinics").json()["code"] == "already_exists"
    assert force(owner, "permission_denied", path="/v1/clinics").json()["code"] == "permission_denied"


def test_no_route_no_scenario(patient: ApiClient) -> None:
    assert force(patient, "slot_taken", path="/v1/nothing").status_code == 404
    assert force(patient, "slot_taken", "PUT").status_code == 405
    assert patient.http.get("/docs", headers={HEADER: "slot_taken"}).status_code == 200


def test_a_keyed_request_keeps_its_key(patient: ApiClient, cast: Cast) -> None:
    before = Appointment.objects.count()
    assert force(patient, "slot_taken", path="/v1/appointments", key="k").status_code == 409
    wanted = {
        "service_id": str(cast.physio_follow_up.pk),
        "clinic_id": str(cast.coquitlam.pk),
        "starts_at": cast.at(cast.coquitlam, FRI, "09:00").isoformat(),
    }
    assert patient.post("/v1/appointments", wanted, key="k").status_code == 201
    assert Appointment.objects.count() == before + 1


def test_browsers_may_send_the_header(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["http://localhost:3000"]
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    answer = ApiClient().call("OPTIONS", "/v1/holds", headers={**asked, "Access-Control-Request-Headers": HEADER})
    assert HEADER.lower() in answer.headers.get("Access-Control-Allow-Headers", "")
