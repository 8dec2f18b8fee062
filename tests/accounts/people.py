"""Accounts for tests, and how they sign in over HTTP."""

import base64
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import Mock, patch

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth.hashers import MD5PasswordHasher

from backend.accounts.models import SecondFactor, User
from backend.accounts.totp import shown_secret
from tests.api_client import ApiClient

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def person(**values: Any) -> User:
    """A new account whose password is PASSWORD."""
    number = next(_numbers)
    defaults = {"email": f"person{number}@people.test", "given_name": "Ada", "family_name": f"Person {number}"}
    return User.objects.create_user(**{**defaults, "password": PASSWORD, **values})


@contextmanager
def counted_hashes() -> Iterator[Mock]:
    """Counts how often a password is hashed, which is what takes long."""
    encode = MD5PasswordHasher.encode
    with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=encode) as spy:
        yield spy


def code_of(factor: SecondFactor, *, steps: int = 0) -> str:
    """What the authenticator app shows now, or so many half minutes later."""
    return app_code(shown_secret(factor.secret), steps=steps)


def app_code(secret: str, *, steps: int = 0) -> str:
    """The same from the secret that was shown."""
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)
    return totp.generate(int(time.time()) + 30 * steps).decode()


def sign_in(user: User) -> Any:
    """The first pair of a new session."""
    answer = ApiClient().post("/v1/auth/token", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return answer.json()


def sign_out(access: str) -> Any:
    """End the session of the token."""
    return ApiClient(access).post("/v1/auth/logout")


def refresh(token: str) -> Any:
    """Ask for the next pair."""
    return ApiClient().post("/v1/auth/refresh", {"refresh": token})


def me(access: str) -> Any:
    """The cheapest call that needs a token."""
    return ApiClient(access).get("/v1/me")


def refusal(response: Any) -> tuple[int, str]:
    """Status and code of a problem."""
    assert response["Content-Type"] == "application/problem+json", response.content
    return response.status_code, response.json()["code"]
