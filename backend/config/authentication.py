"""Who calls: the bearer token, its session and the person's rights, asked anew by every request."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from backend.accounts.errors import TokenInvalid
from backend.accounts.tokens import read_access
from backend.clinics.keys import MARK
from backend.common.access import Actor
from backend.config.actors import load_actor
from backend.config.key_actors import load_key_actor

MAX_HEADER_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Caller:
    """`request.user` for REST framework; ours is the Actor in `request.auth`."""

    pk: uuid.UUID
    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True


class SessionAuthentication(BaseAuthentication):
    """`Authorization: Bearer` and an access token, checked against its session, so that a revoked one is refused at
    once; or an API key."""

    def authenticate(self, request: Request) -> tuple[Caller, Actor] | None:
        """None without the header. Raises TokenInvalid, TokenExpired, SessionRevoked."""
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if len(header) > MAX_HEADER_CHARACTERS or scheme.lower() != "bearer":
            raise TokenInvalid
        secret = token.strip(" ")
        actor = load_key_actor(secret) if secret.startswith(MARK) else load_actor(read_access(secret))
        return Caller(actor.user_id), actor

    def authenticate_header(self, request: Request) -> str:
        """What 401 answers carry in WWW-Authenticate."""
        return "Bearer"
