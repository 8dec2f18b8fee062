import base64
from io import StringIO

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from backend.accounts.keys import key_ring, thumbprint
from tests.accounts.people import me, person, sign_in
from tests.api_client import ApiClient

RFC_8037_PRIVATE = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"  # pragma: allowlist secret
RFC_8037_PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # pragma: allowlist secret
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # pragma: allowlist secret


def seed(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


def published() -> list[dict[str, str]]:
    response = Client().get("/.well-known/jwks.json")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    keys: list[dict[str, str]] = response.json()["keys"]
    return keys


def test_a_key_is_named_by_its_thumbprint() -> None:
    key = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(RFC_8037_PRIVATE + "="))
    assert thumbprint(key.public_key()) == RFC_8037_THUMBPRINT


def test_public_keys_are_published_and_private_ones_are_not(settings: Settings) -> None:
    settings.JWT_SIGNING_KEY = base64.b64encode(base64.urlsafe_b64decode(RFC_8037_PRIVATE + "=")).decode()
    settings.JWT_PREVIOUS_KEYS = [seed(1)]
    first, second = published()
    assert first == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": RFC_8037_PUBLIC,
        "use": "sig",
        "alg": "EdDSA",
        "kid": RFC_8037_THUMBPRINT,
    }
    assert set(second) == set(first)
    assert second["kid"] != first["kid"]


@pytest.mark.django_db
def test_anyone_can_verify_a_token_with_what_is_published() -> None:
    pair = sign_in(person())
    key = jwt.PyJWKSet(published())[jwt.get_unverified_header(pair["access"])["kid"]]
    claims = jwt.decode(pair["access"], key, algorithms=["EdDSA"], audience="evergreen-api", issuer="evergreen")
    assert claims["sid"] == pair["session_id"]


def test_without_a_key_one_follows_from_the_secret(settings: Settings) -> None:
    first = key_ring().signing_id
    assert key_ring().signing_id == first
    settings.SECRET_KEY = "another secret"
    assert key_ring().signing_id != first


def test_production_derives_nothing(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(ImproperlyConfigured):
        key_ring()


@pytest.mark.parametrize("text", ["short", "%%%%", base64.b64encode(b"x" * 31).decode(), seed(1) + seed(2)])
def test_a_key_that_is_none_is_refused(settings: Settings, text: str) -> None:
    settings.JWT_SIGNING_KEY = text
    with pytest.raises(ImproperlyConfigured):
        key_ring()


def steps_of_rotation() -> list[dict[str, str]]:
    told = StringIO()
    call_command("rotate_signing_key", stdout=told)
    lines = [line.partition("=")[::2] for line in told.getvalue().splitlines() if line.startswith("JWT_")]
    return [dict(lines[number : number + 2]) for number in range(0, len(lines), 2)]


def take(settings: Settings, step: dict[str, str]) -> None:
    settings.JWT_SIGNING_KEY = step["JWT_SIGNING_KEY"]
    settings.JWT_PREVIOUS_KEYS = [key for key in step["JWT_PREVIOUS_KEYS"].split(",") if key]


@pytest.mark.django_db
@pytest.mark.parametrize("started_with", ["", seed(1)])
def test_during_a_rotation_processes_of_two_steps_believe_each_other(settings: Settings, started_with: str) -> None:
    settings.JWT_SIGNING_KEY = started_with
    before = sign_in(person())
    steps = steps_of_rotation()
    pairs = [before]
    for step in steps:
        take(settings, step)
        pairs.append(sign_in(person()))
    signers = [jwt.get_unverified_header(pair["access"])["kid"] for pair in pairs]
    assert signers[0] == signers[1] != signers[2] == signers[3]
    for step, good in zip(steps, ([0, 1, 2, 3], [0, 1, 2, 3], [2, 3]), strict=True):
        take(settings, step)
        believed = [number for number, pair in enumerate(pairs) if me(pair["access"]).status_code == 200]
        assert believed == good
        assert {key["kid"] for key in published()} == {signers[number] for number in good}


@pytest.mark.django_db
def test_a_header_of_four_kibibytes_is_read_and_a_longer_one_is_not() -> None:
    access = sign_in(person())["access"]
    for length, status in ((4096, 200), (4097, 401)):
        padded = "Bearer" + " " * (length - len("Bearer") - len(access)) + access
        assert len(padded) == length
        assert ApiClient().get("/v1/me", headers={"Authorization": padded}).status_code == status
