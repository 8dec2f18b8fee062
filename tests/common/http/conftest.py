"""An API of throw-away operations, and callers who need no account."""

import uuid
from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from backend.common.access import Actor
from backend.common.http.errors import TokenInvalid
from backend.common.http.views import OperationView
from backend.common.permissions import Permission
from tests.common.http.operations import BEFORE_ANSWER, NOTES
from tests.contract import check

CALLERS: dict[str, Actor] = {}


class NamedCaller(BaseAuthentication):
    """`Authorization: Bearer <name>` of a caller that the test made."""

    def authenticate(self, request: Request) -> tuple[object, Actor] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        name = header.removeprefix("Bearer ")
        if name not in CALLERS:
            raise TokenInvalid
        return object(), CALLERS[name]


def caller(name: str, *permissions: Permission) -> dict[str, str]:
    """Make a caller who holds these rights everywhere; the header that signs them in."""
    known = CALLERS.get(name)
    CALLERS[name] = Actor(
        user_id=known.user_id if known else uuid.uuid4(),
        session_id=uuid.uuid4(),
        is_email_verified=True,
        everywhere=frozenset(permissions),
    )
    return {"Authorization": f"Bearer {name}"}


@pytest.fixture(autouse=True)
def _callers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(OperationView, "authentication_classes", [NamedCaller])
    yield
    CALLERS.clear()


class CheckingClient(Client):
    """Failures come as answers, as they do to clients, and each answer is held against the description."""

    def generic(self, method: str, path: Any, *args: Any, **extra: Any) -> Any:
        response = super().generic(method, path, *args, **extra)
        check(method, path.partition("?")[0], cast(HttpResponse, response))
        return response


@pytest.fixture
def client(settings: Settings) -> Client:
    """A client of the throw-away API."""
    settings.ROOT_URLCONF = "tests.common.http.operations"
    return CheckingClient(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _no_notes() -> None:
    NOTES.clear()
    BEFORE_ANSWER.clear()
