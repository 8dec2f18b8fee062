"""Tokens that nobody here gave: each is refused with 401, as access and as refresh token, and none breaks anything."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.accounts.keys import KeyRing, key_ring
from tests.accounts.people import me, person, refresh, refusal, sign_in

pytestmark = pytest.mark.django_db

STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
HOUR = 3600
REMOVE = object()


def b64(data: bytes | str | dict[str, Any]) -> str:
    raw = json.dumps(data).encode() if isinstance(data, dict) else data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def our_key() -> Ed25519PrivateKey:
    return key_ring().signer(key_ring().signing_id)[1]


def our_public_bytes() -> bytes:
    return our_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


@dataclass
class Forger:
    """A genuine token, and ways to spoil it. `signed` changes claims and headers and signs with our own key."""

    text: str
    parts: list[str] = field(init=False)
    header: dict[str, Any] = field(init=False)
    claims: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = self.text.split(".")
        self.header = jwt.get_unverified_header(self.text)
        self.claims = jwt.decode(self.text, options={"verify_signature": False})

    def signed(self, header: Any = None, **claims: Any) -> str:
        body = {name: value for name, value in {**self.claims, **claims}.items() if value is not REMOVE}
        return self.raw(json.dumps(body).encode(), header)

    def raw(self, payload: bytes, header: Any = None, key: Ed25519PrivateKey | None = None) -> str:
        known = {name: value for name, value in {**self.header, **(header or {})}.items() if value is not REMOVE}
        signing_input = f"{b64(known)}.{b64(payload)}"
        return f"{signing_input}.{b64((key or our_key()).sign(signing_input.encode()))}"

    def with_header(self, header: Any) -> str:
        return ".".join([b64(header), *self.parts[1:]])

    def by(self, algorithm: str, key: Any, **header: Any) -> str:
        return jwt.encode(self.claims, key, algorithm=algorithm, headers={"kid": self.header["kid"], **header})

    def hmac_with_our_public_key(self, secret: bytes) -> str:
        signing_input = f"{b64({**self.header, 'alg': 'HS256'})}.{self.parts[1]}"
        return f"{signing_input}.{b64(hmac.digest(secret, signing_input.encode(), hashlib.sha256))}"


Forgery = Callable[[Forger], str]


def just(text: str) -> Forgery:
    return lambda _: text


def without(name: str) -> Forgery:
    return lambda token: token.signed(**{name: REMOVE})


def saying(**claims: Any) -> Forgery:
    return lambda token: token.signed(**claims)


def headed(**header: Any) -> Forgery:
    return lambda token: token.signed(header)


INVALID: dict[str, Forgery] = {
    # no token at all
    "empty": just(""),
    "one word": just("token"),
    "two dots": just(".."),
    "three dots": just("..."),
    "two parts": lambda token: ".".join(token.parts[:2]),
    "four parts": lambda token: f"{token.text}.{token.parts[2]}",
    "five parts, as if encrypted": lambda token: f"{token.text}.a.b",
    "not base64": lambda token: f"{token.parts[0]}.%%%.{token.parts[2]}",
    "not ASCII": lambda token: f"{token.text}é",
    "with a space inside": lambda token: token.text.replace(".", " .", 1),
    "header is no JSON": lambda token: ".".join([b64("{"), *token.parts[1:]]),
    "header is a list": lambda token: ".".join([b64("[]"), *token.parts[1:]]),
    "header is a long number": lambda token: ".".join([b64("9" * 2000), *token.parts[1:]]),
    "header is nested deep": lambda token: ".".join([b64("[" * 2000), *token.parts[1:]]),
    "payload is no JSON": lambda token: token.raw(b"{"),
    "payload is a list": lambda token: token.raw(b"[]"),
    "payload is no UTF-8": lambda token: token.raw(b"\xff\xfe"),
    "huge": lambda token: token.text + "A" * 5000,
    # the signature
    "no signature": lambda token: ".".join([*token.parts[:2], ""]),
    "another signature": lambda token: ".".join([*token.parts[:2], b64(b"0" * 64)]),
    "signature cut short": lambda token: token.text[:-4],
    "changed payload": lambda token: ".".join([token.parts[0], b64({**token.claims, "jti": "x"}), token.parts[2]]),
    "by a stranger": lambda token: token.raw(json.dumps(token.claims).encode(), key=STRANGER),
    # the algorithm
    "alg none": lambda token: jwt.encode(token.claims, "", algorithm="none"),
    "alg none with our kid": lambda token: f"{b64({**token.header, 'alg': 'none'})}.{token.parts[1]}.",
    "alg None with our signature": lambda token: token.with_header({**token.header, "alg": "None"}),
    "alg absent": headed(alg=REMOVE),
    "alg null": headed(alg=None),
    "alg is a list": headed(alg=["EdDSA"]),
    "alg by its newer name": headed(alg="Ed25519"),
    "HS256 with our public key": lambda token: token.hmac_with_our_public_key(our_public_bytes()),
    "HS256 with our published key": lambda token: token.hmac_with_our_public_key(b64(our_public_bytes()).encode()),
    "HS256 with an empty secret": lambda token: token.hmac_with_our_public_key(b""),
    "RS256": lambda token: token.by("RS256", rsa.generate_private_key(65537, 2048)),
    "ES256": lambda token: token.by("ES256", ec.generate_private_key(ec.SECP256R1())),
    "Ed448": lambda token: token.by("EdDSA", ed448.Ed448PrivateKey.generate()),
    # the header brings along what it must not
    "no kid": headed(kid=REMOVE),
    "unknown kid": headed(kid="unknown"),
    "kid is a number": headed(kid=7),
    "kid is null": headed(kid=None),
    "kid is a list": headed(kid=[]),
    "kid is a path": headed(kid="../../dev/null"),
    "kid is SQL": headed(kid="' OR 1=1 --"),
    "kid of a stranger who signs": lambda token: token.raw(
        json.dumps(token.claims).encode(), {"kid": KeyRing(STRANGER).signing_id}, STRANGER
    ),
    "brings its own key": lambda token: token.raw(
        json.dumps(token.claims).encode(), {"jwk": KeyRing(STRANGER).published()["keys"][0]}, STRANGER
    ),
    "brings an address of keys": headed(jku="https://evil.test/jwks.json"),
    "brings a certificate's address": headed(x5u="https://evil.test/x5u"),
    "critical extension": headed(crit=["exp"]),
    "payload not encoded": headed(b64=False, crit=["b64"]),
    "typ of another kind": headed(typ="at+jwt"),
    "typ absent": headed(typ=REMOVE),
    # signed by us, but not for this
    "no exp": without("exp"),
    "no iat": without("iat"),
    "no sub": without("sub"),
    "no sid": without("sid"),
    "no jti": without("jti"),
    "no aud": without("aud"),
    "no iss": without("iss"),
    "no token_type": without("token_type"),
    "another audience": saying(aud="another-api"),
    "us among audiences": saying(aud=["evergreen-api", "another-api"]),
    "another issuer": saying(iss="https://evil.test"),
    "issuer is a list": saying(iss=["evergreen"]),
    "another type": saying(token_type="email"),
    "type is null": saying(token_type=None),
    "sub is no id": saying(sub="admin"),
    "sub is a number": saying(sub=1),
    "sub is SQL": saying(sub="' OR 1=1 --"),
    "sid is no id": saying(sid="x"),
    "sid is a list": saying(sid=[]),
    "jti is no id": saying(jti="x"),
    "exp is text": saying(exp="tomorrow"),
    "iat is true": saying(iat=True),
    "exp is a fraction": saying(exp=time.time() + HOUR + 0.5),
    "exp beyond all calendars": saying(exp=10**18),
    "exp is infinite": lambda token: token.raw(json.dumps(token.claims).encode()[:-1] + b', "exp": 1e999}'),
    "issued tomorrow": saying(iat=int(time.time()) + 24 * HOUR, exp=int(time.time()) + 48 * HOUR),
    "not valid before tomorrow": saying(nbf=int(time.time()) + 24 * HOUR),
    "lives for ever": saying(exp=int(time.time()) + 400 * 24 * HOUR),
}
EXPIRED: dict[str, Forgery] = {
    "expired an hour ago": saying(iat=int(time.time()) - 2 * HOUR, exp=int(time.time()) - HOUR),
    "expired beyond the leeway": saying(iat=int(time.time()) - HOUR, exp=int(time.time()) - 90),
}
UNKNOWN: dict[str, Forgery] = {
    "another's session": saying(sub=str(uuid.uuid4())),
    "session that never was": saying(sid=str(uuid.uuid4())),
}
ALL = [*INVALID.items(), *EXPIRED.items(), *UNKNOWN.items()]


@pytest.fixture
def pair() -> Any:
    return sign_in(person())


def test_the_forger_can_make_a_genuine_one(pair: Any) -> None:
    assert me(Forger(pair["access"]).signed()).status_code == 200
    assert refresh(Forger(pair["refresh"]).signed()).status_code == 200


def test_there_are_enough() -> None:
    assert len(ALL) >= 40


@pytest.mark.parametrize("forge", INVALID.values(), ids=INVALID.keys())
def test_a_forged_access_token_is_invalid(pair: Any, forge: Forgery) -> None:
    response = me(forge(Forger(pair["access"])))
    assert refusal(response) == (401, "token_invalid")
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("forge", INVALID.values(), ids=INVALID.keys())
def test_a_forged_refresh_token_is_invalid(pair: Any, forge: Forgery) -> None:
    forged = forge(Forger(pair["refresh"]))
    is_no_text_of_ours = not forged or len(forged) > 4096  # the body's own limits
    wanted = (400, "validation_failed") if is_no_text_of_ours else (401, "token_invalid")
    assert refusal(refresh(forged)) == wanted
    assert refresh(pair["refresh"]).status_code == 200  # and it harmed nobody


@pytest.mark.parametrize("forge", EXPIRED.values(), ids=EXPIRED.keys())
def test_an_expired_token_says_so(pair: Any, forge: Forgery) -> None:
    assert refusal(me(forge(Forger(pair["access"])))) == (401, "token_expired")
    assert refusal(refresh(forge(Forger(pair["refresh"])))) == (401, "token_expired")


@pytest.mark.parametrize("forge", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_a_session_that_is_not_there_is_over(pair: Any, forge: Forgery) -> None:
    assert refusal(me(forge(Forger(pair["access"])))) == (401, "session_revoked")
    assert refusal(refresh(forge(Forger(pair["refresh"])))) == (401, "token_invalid")


def test_clocks_may_differ_by_a_minute(pair: Any) -> None:
    now = int(time.time())
    assert me(Forger(pair["access"]).signed(iat=now - 600, exp=now - 30)).status_code == 200
    assert me(Forger(pair["access"]).signed(iat=now + 30, exp=now + 600)).status_code == 200


def test_a_token_that_was_good_grows_old(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert me(pair["access"]).status_code == 200
    last = Forger(pair["access"]).claims["exp"] + 60
    for at, status in ((last - 1, 200), (last, 401)):
        monkeypatch.setattr("backend.accounts.tokens.time", SimpleNamespace(time=lambda at=at: at))
        assert me(pair["access"]).status_code == status
    assert refusal(me(pair["access"])) == (401, "token_expired")


def test_one_kind_does_not_do_for_the_other(pair: Any) -> None:
    assert refusal(me(pair["refresh"])) == (401, "token_invalid")
    assert refusal(refresh(pair["access"])) == (401, "token_invalid")
