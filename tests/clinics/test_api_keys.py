"""API keys: shown once, kept as a digest, good for their scopes at their clinics until they end or are revoked."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.audit.models import AuditEntry
from backend.clinics.models import ApiKey
from backend.clinics.roles import ROLE_PERMISSIONS, SCOPE_PERMISSIONS
from backend.common.clock import real_now
from backend.common.http.limits import tally
from backend.common.permissions import Permission
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, refusal, wish
from tests.cast import MON, Cast

KEYS = "/v1/api-keys"


def make(cast: Cast, *scopes: str, who: Any = None, **more: Any) -> dict[str, Any]:
    """A key of Coquitlam."""
    clinics = [str(cast.coquitlam.pk)]
    body = {"name": "Phone system", "clinic_ids": clinics, "scopes": scopes or ["appointments:read"], **more}
    answer = api(who or cast.manager_coquitlam).post(KEYS, body)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def by(key: dict[str, Any]) -> ApiClient:
    return ApiClient(key["key"])


def a_visit(cast: Cast) -> dict[str, Any]:
    at = cast.at(cast.coquitlam, MON, "10:00")
    return wish(cast.physio_follow_up, cast.coquitlam, at, patient_id=cast.patient)


def test_a_key_is_shown_once_and_kept_as_a_digest(cast: Cast) -> None:
    key = make(cast)
    assert key["key"].startswith(f"{key['prefix']}_")
    (listed,) = api(cast.manager_coquitlam).get(KEYS).json()["results"]
    assert "key" not in listed
    row = ApiKey.objects.get()
    secret = key["key"].rpartition("_")[2] if key["key"].count("_") == 2 else key["key"].split("_", 2)[2]
    assert secret.encode() not in bytes(row.digest)
    assert len(row.digest) == 32
    entry = AuditEntry.objects.get(action="api_key.created")
    assert secret not in str(entry.after)
    assert entry.after["scopes"] == ["appointments:read"]


def test_it_reaches_its_clinics_and_no_others(cast: Cast) -> None:
    book(api(cast.owner), a_visit(cast))
    langley = wish(cast.physio_follow_up, cast.langley, cast.at(cast.langley, MON, "10:00"), patient_id=cast.stranger)
    elsewhere = book(api(cast.owner), langley)
    client = by(make(cast))
    assert [one["clinic_id"] for one in client.get(VISITS).json()["results"]] == [str(cast.coquitlam.pk)]
    assert client.get(f"{VISITS}/{elsewhere['id']}").status_code == 404


def test_it_does_what_its_scopes_say_and_leaves_its_name(cast: Cast) -> None:
    reader, writer = by(make(cast)), by(make(cast, "appointments:write", "patients:read"))
    assert refusal(reader.post(VISITS, a_visit(cast), key="a")) == (404, "not_found")
    book(writer, a_visit(cast))
    entry = AuditEntry.objects.get(action="appointment.booked")
    assert entry.session_id == ApiKey.objects.get(scopes__contains=["appointments:write"]).pk
    told = api(cast.owner).get("/v1/audit-events", {"action": "appointment.booked"}).json()["results"]
    assert told[0]["actor_name"] == "Phone system (API)"
    (access, *_) = api(cast.patient).get("/v1/me/access-log").json()["results"]
    assert (access["by"], access["by_name"]) == ("integration", None)


@pytest.mark.parametrize("path", ["/v1/me", "/v1/me/patients", "/v1/me/sessions", "/v1/audit-events", KEYS])
def test_it_is_no_person(cast: Cast, path: str) -> None:
    client = by(make(cast, *(str(scope) for scope in SCOPE_PERMISSIONS), who=cast.owner))
    assert refusal(client.get(path)) == (401, "token_invalid")


def test_no_scope_gives_more_than_a_manager_has_nor_health_data() -> None:
    given = {permission for held in SCOPE_PERMISSIONS.values() for permission in held}
    assert given <= ROLE_PERMISSIONS["clinic_manager"]  # type: ignore[index]
    assert not {one for one in given if one.partition(":")[0] in {"screening", "consent", "assessment", "record"}}
    assert not given & {Permission.AUDIT_READ, Permission.API_KEY_MANAGE, Permission.MEMBER_MANAGE}


def test_a_revoked_an_ended_and_an_invented_key_are_refused(cast: Cast) -> None:
    key, ending = make(cast), make(cast, expires_at=(real_now() + timedelta(days=1)).isoformat())
    manager, path = api(cast.manager_coquitlam), f"{KEYS}/{key['id']}"
    assert by(key).get(VISITS).status_code == 200
    for _ in range(2):
        assert manager.delete(path).status_code == 204
    assert AuditEntry.objects.filter(action="api_key.revoked").count() == 1
    assert manager.get(path).json()["revoked_at"] is not None
    assert refusal(by(key).get(VISITS)) == (401, "token_invalid")
    ApiKey.objects.filter(pk=ending["id"]).update(expires_at=real_now() - timedelta(hours=1))
    assert refusal(by(ending).get(VISITS)) == (401, "token_expired")
    for text in (ending["key"][:-1] + ("A" if ending["key"][-1] != "A" else "B"), "eg_", "eg_0123456789ab_" + "a" * 43):
        assert refusal(ApiClient(text).get(VISITS)) == (401, "token_invalid")


def test_the_last_use_is_known_to_the_hour_and_not_written_each_time(cast: Cast) -> None:
    key = make(cast)
    client, manager = by(key), api(cast.manager_coquitlam)
    assert manager.get(f"{KEYS}/{key['id']}").json()["last_used_at"] is None

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(VISITS).status_code == 200
        return len(queries)

    first, second = statements(), statements()
    assert second == first - 1
    used = ApiKey.objects.get().last_used_at
    assert used is not None
    ApiKey.objects.update(last_used_at=used - timedelta(hours=2))
    assert statements() == first


def test_it_has_a_budget_of_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = by(make(cast))
    tally.forget()
    budgets = settings.BUDGETS
    monkeypatch.setattr(settings, "BUDGETS", {**budgets, "api_key": budgets["api_key"]._replace(uses=1)})
    first = client.get(VISITS)
    assert first.headers["RateLimit"].startswith('"api_key";r=0')
    assert refusal(client.get(VISITS)) == (429, "rate_limited")
    assert api(cast.desk_coquitlam).get(VISITS).status_code == 200


def test_nobody_makes_a_key_for_what_is_not_theirs(cast: Cast) -> None:
    both = [str(cast.coquitlam.pk), str(cast.langley.pk)]
    body = {"name": "-", "clinic_ids": both, "scopes": ["tasks:read"]}
    assert refusal(api(cast.manager_coquitlam).post(KEYS, body)) == (403, "permission_denied")
    assert api(cast.owner).post(KEYS, body).status_code == 201
    assert api(cast.manager_coquitlam).get(KEYS).json()["results"] == [], "it reaches another clinic, too"
    past = {**body, "clinic_ids": both[:1], "expires_at": "2020-01-01T00:00:00Z"}
    assert refusal(api(cast.owner).post(KEYS, past)) == (400, "validation_failed")


def test_nobody_signs_in_as_a_key(cast: Cast) -> None:
    make(cast)
    user = ApiKey.objects.get().user
    assert not user.is_active
    answer = ApiClient().post("/v1/auth/token", {"email": user.email, "password": "demo-only-Passw0rd"})
    assert refusal(answer) == (401, "credentials_invalid")
