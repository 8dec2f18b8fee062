import base64

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from backend.accounts.keys import key_ring, thumbprint
from tests.accounts.people import person, sign_in

RFC_8037_PRIVATE = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
RFC_8037_PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


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
