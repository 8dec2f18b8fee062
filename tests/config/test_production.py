import base64
import runpy
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

GOOD = {
    "SECRET_KEY": "".join(chr(33 + n % 90) for n in range(7, 67)),
    "JWT_SIGNING_KEY": base64.b64encode(bytes(range(32))).decode(),
    "ALLOWED_HOSTS": "api.clinic.test,clinic.test",
    "APP_URL": "https://app.clinic.test",
    "DATABASE_URL": "postgresql://evergreen_app:pw@db:5432/evergreen",  # pragma: allowlist secret
}


def production(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> dict[str, Any]:
    for name in (
        *GOOD,
        "DEBUG",
        "EMAIL_URL",
        "BEHIND_TLS_PROXY",
        "TRUSTED_PROXIES",
        "DB_POOL_SIZE",
        "JWT_PREVIOUS_KEYS",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**GOOD, **changes}.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    return runpy.run_module("backend.config.settings.production")


def test_starts_with_all_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = production(monkeypatch)
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["api.clinic.test", "clinic.test"]
    assert settings["REQUIRE_SAFE_DATABASE"] is True
    assert settings["APP_URL"] == "https://app.clinic.test"
    assert settings["JWT_PREVIOUS_KEYS"] == []


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_refuses_what_is_missing(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        production(monkeypatch, **{name: value})


@pytest.mark.parametrize(
    "value",
    [
        "".join(map(chr, range(40, 89))),
        "a" * 60,
        "development-only-" + "k" * 40 + GOOD["SECRET_KEY"],
        "django-insecure-" + GOOD["SECRET_KEY"],
    ],
)
def test_refuses_a_weak_or_default_secret(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        production(monkeypatch, SECRET_KEY=value)


@pytest.mark.parametrize("seed", [b"", bytes(32), bytes(range(31)), b"development-only-signing-key-32b"])
def test_refuses_a_weak_signing_key(monkeypatch: pytest.MonkeyPatch, seed: bytes) -> None:
    with pytest.raises(ImproperlyConfigured, match="JWT_SIGNING_KEY"):
        production(monkeypatch, JWT_SIGNING_KEY=base64.b64encode(seed).decode())


def test_refuses_a_signing_key_that_is_not_base64(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="JWT_SIGNING_KEY"):
        production(monkeypatch, JWT_SIGNING_KEY="!" * 44)


def test_takes_keys_that_signed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    older = [base64.b64encode(bytes(range(n, n + 32))).decode() for n in (1, 2)]
    assert production(monkeypatch, JWT_PREVIOUS_KEYS=",".join(older))["JWT_PREVIOUS_KEYS"] == older


@pytest.mark.parametrize(
    "key", ["!" * 44, base64.b64encode(bytes(range(31))).decode(), base64.b64encode(bytes(32)).decode()]
)
def test_refuses_a_bad_key_among_those_that_signed_before(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="JWT_PREVIOUS_KEYS"):
        production(monkeypatch, JWT_PREVIOUS_KEYS=f"{GOOD['JWT_SIGNING_KEY']},{key}")


@pytest.mark.parametrize(
    "url",
    ["http://app.clinic.test", "app.clinic.test", "https://", "https://app.clinic.test/?a=b", "https://a.test/#b"],
)
def test_refuses_an_app_that_is_not_reached_by_https(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="APP_URL"):
        production(monkeypatch, APP_URL=url)


def test_the_address_of_the_app_ends_without_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    assert production(monkeypatch, APP_URL="https://clinic.test/app/")["APP_URL"] == "https://clinic.test/app"


@pytest.mark.parametrize("hosts", ["*", "api.clinic.test,*", "*.clinic.test", ","])
def test_refuses_hosts_of_anybody(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
        production(monkeypatch, ALLOWED_HOSTS=hosts)


def test_refuses_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        production(monkeypatch, DEBUG="true")


def test_trusts_a_proxy_only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in production(monkeypatch)
    assert "SECURE_PROXY_SSL_HEADER" in production(monkeypatch, BEHIND_TLS_PROXY="true", TRUSTED_PROXIES="1")
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        production(monkeypatch, BEHIND_TLS_PROXY="true")


def test_connections_are_pooled_and_their_sessions_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    database = production(monkeypatch, DB_POOL_SIZE="5")["DATABASES"]["default"]
    options = database["OPTIONS"]
    assert options["pool"]["max_size"] == 5
    assert options["server_side_binding"] is True
    assert options["prepare_threshold"] == 5
    assert "statement_timeout=5000" in options["options"]
    assert database["CONN_MAX_AGE"] == 0
    assert database["ATOMIC_REQUESTS"] is False
