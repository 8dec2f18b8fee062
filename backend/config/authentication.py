"""Who calls: the bearer token, its session and the person's rights, asked anew by every request."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from backend.accounts.errors import TokenInvalid
from backend.accounts.tokens import read_access
from backend.common.access import Actor
from backend.config.actors import load_actor

MAX_HEADER_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Caller:
    """`request.user` for REST framework; ours is the Actor in `request.auth`."""

    pk: uuid.UUID
    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True


class SessionAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`, checked against its session, so a revoked one is refused at once."""

    def authenticate(self, request: Request) -> tuple[Caller, Actor] | None:
        """None without the header. Raises TokenInvalid, TokenExpired, SessionRevoked."""
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if len(header) > MAX_HEADER_CHARACTERS or scheme.lower() != "bearer":
            raise TokenInvalid
        actor = load_actor(read_access(token.strip(" ")))
        return Caller(actor.user_id), actor

    def authenticate_header(self, request: Request) -> str:
        """What 401 answers carry in WWW-Authenticate."""
        return "Bearer"
