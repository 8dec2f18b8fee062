"""Access and refresh tokens: SimpleJWT, signed with EdDSA by a ring of keys.

Tokens tell the real time, never the domain's (R12). What a refresh token's row holds suffices to sign its pair again,
byte for byte, since EdDSA is deterministic (R17).
"""

import functools
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import jwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenBackendError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from backend.accounts.errors import TokenExpired, TokenInvalid
from backend.accounts.keys import KeyRing, key_ring
from backend.accounts.models import RefreshToken, Session

_LONGEST = timedelta(days=366).total_seconds()


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token that passed every check says."""

    token_id: uuid.UUID
    user_id: uuid.UUID
    session_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a client keeps. Lifetimes in seconds, as they were when the pair was first made."""

    access: str
    refresh: str
    access_expires_in: int
    refresh_expires_in: int
    session_id: uuid.UUID


def read_access(text: str) -> Claims:
    """The claims of an access token. Raises TokenInvalid, TokenExpired."""
    claims, over_at = _read_once(text, key_ring())
    if over_at <= time.time():
        raise TokenExpired
    return claims


def read_refresh(text: str) -> Claims:
    """The claims of a refresh token. Raises TokenInvalid, TokenExpired."""
    return _read(_Refresh, text)[0]


def pair_of(row: RefreshToken, session: Session) -> TokenPair:
    """The pair that a refresh token's row stands for; the same text each time."""
    access_id = uuid.uuid5(row.id, "access")
    access_expires_at = row.issued_at + api_settings.ACCESS_TOKEN_LIFETIME
    return TokenPair(
        access=_Access.text(row, session, token_id=access_id, expires_at=access_expires_at),
        refresh=_Refresh.text(row, session, token_id=row.id, expires_at=row.expires_at),
        access_expires_in=int((access_expires_at - row.issued_at).total_seconds()),
        refresh_expires_in=int((row.expires_at - row.issued_at).total_seconds()),
        session_id=session.id,
    )


class _Backend(TokenBackend):
    """Signs with the ring's keys and takes no other header than the one it writes itself."""

    def __init__(self) -> None:
        super().__init__(
            "EdDSA", audience=api_settings.AUDIENCE, issuer=api_settings.ISSUER, leeway=api_settings.LEEWAY
        )

    def sign(self, claims: dict[str, Any], key_id: str) -> str:
        key_id, key = key_ring().signer(key_id)
        named = {**claims, "aud": self.audience, "iss": self.issuer}
        return jwt.encode(named, key, algorithm=self.algorithm, headers={"kid": key_id})

    def get_verifying_key(self, token: Any) -> Any:
        # The whole header is compared: no `none`, no other algorithm, no key or address brought along (RFC 8725).
        header = jwt.get_unverified_header(token)
        key = key_ring().verifier(header.get("kid", ""))
        if key is None or header != {"alg": self.algorithm, "typ": "JWT", "kid": header["kid"]}:
            raise TokenBackendError("not signed by us")
        return key


class _SessionToken(Token):
    """What both kinds share: the claims `sub sid iat exp jti aud iss` and the kind itself."""

    backend: ClassVar[_Backend] = _Backend()

    @classmethod
    def text(cls, row: RefreshToken, session: Session, *, token_id: uuid.UUID, expires_at: datetime) -> str:
        token = cls()
        token.set_iat(at_time=row.issued_at)
        token.set_exp(from_time=expires_at, lifetime=timedelta())
        token["jti"], token["sub"], token["sid"] = str(token_id), str(session.user_id), str(session.id)
        return cls.backend.sign(token.payload, row.key_id)

    def get_token_backend(self) -> TokenBackend:
        return self.backend

    def verify(self) -> None:
        """SimpleJWT asks for the kind and PyJWT judges the times it finds; we ask that nothing is missing or odd."""
        self.verify_token_type()
        issued, expires = self.get("iat"), self.get("exp")
        if type(issued) is not int or type(expires) is not int or not 0 < expires - issued <= _LONGEST:
            raise TokenError("lifetime is missing or odd")
        if self.get("aud") != self.backend.audience:  # PyJWT would let it be one of several
            raise TokenError("not for us alone")

    @property
    def claims(self) -> Claims:
        return Claims(*(_id(self.get(name)) for name in ("jti", "sub", "sid")))


class _Access(_SessionToken):
    token_type = "access"  # noqa: S105 - a kind, not a secret
    lifetime = api_settings.ACCESS_TOKEN_LIFETIME


class _Refresh(_SessionToken):
    token_type = "refresh"  # noqa: S105 - a kind, not a secret
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


def _id(value: object) -> uuid.UUID:
    if not isinstance(value, str):
        raise TokenError("an id is missing")
    return uuid.UUID(value)


def _read(kind: type[_SessionToken], text: str) -> tuple[Claims, float]:
    try:
        token = kind(text)  # type: ignore[arg-type] # SimpleJWT's annotation is wrong: it takes the text
        return token.claims, token["exp"] + api_settings.LEEWAY.total_seconds()
    except ExpiredTokenError as error:
        raise TokenExpired from error
    except (TokenError, jwt.InvalidTokenError, ValueError) as error:
        raise TokenInvalid from error


@functools.lru_cache(maxsize=4096)
def _read_once(text: str, ring: KeyRing) -> tuple[Claims, float]:  # noqa: ARG001 (other keys, other verdicts)
    # What was verified stays so, but for its age; what was refused is not remembered.
    return _read(_Access, text)
