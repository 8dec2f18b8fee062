"""The client that tests call the API with. Every answer is held against the description of the API."""

import json
from typing import Any, Self
from urllib.parse import urlencode

from django.test import Client

from backend.accounts.actions._sessions import add_refresh_token
from backend.accounts.models import Session, User
from backend.accounts.tokens import pair_of
from backend.common.clock import real_now
from backend.config.sandbox.scenarios import HEADER as FORCED
from tests import contract
from tests.evidence.seen import note

PASSWORD = "demo-only-Passw0rd"
MULTIPART = "multipart/form-data; boundary=b"


class ApiClient:
    """`ApiClient().as_(user).post("/v1/holds", {...}, key="k1")`; a visitor until `as_` says who calls.

    Fails on any status, header, body or error code that the operation does not document, and on every 500.
    """

    def __init__(self, token: str | None = None, *, may_fail: bool = False) -> None:
        self.token = token
        self.may_fail = may_fail
        self.http = Client(raise_request_exception=False)

    def as_(self, who: User | str) -> Self:
        """A client of that user; an e-mail address signs in with the password of the demo cast."""
        return type(self)(self._sign_in(who) if isinstance(who, str) else _session_of(who), may_fail=self.may_fail)

    def _sign_in(self, email: str) -> str:
        answer = self.post("/v1/auth/token", {"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.content
        token: str = answer.json()["access"]
        return token

    def get(self, path: str, query: dict[str, Any] | None = None, **options: Any) -> Any:
        """GET; lists in the query become repeated parameters."""
        return self.call("GET", path, query=query, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """POST a JSON body, or none."""
        return self.call("POST", path, body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> Any:
        """PATCH with a JSON body; `if_match` is the etag."""
        return self.call("PATCH", path, body, **options)

    def upload(self, path: str, content: bytes, *, name: str = "photo.jpg", **options: Any) -> Any:
        """POST a file as multipart/form-data; `name` is what the sender calls it."""
        return self.post(path, multipart(content, name), headers={"Content-Type": MULTIPART}, **options)

    def put(self, path: str, body: Any, **options: Any) -> Any:
        """PUT a JSON body; `if_match` is the etag of what it replaces."""
        return self.call("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> Any:
        """DELETE without a body."""
        return self.call("DELETE", path, **options)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        key: str | None = None,
        if_match: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Any method. `key` is the Idempotency-Key; `headers` win over all others."""
        known = {
            "Authorization": self.token and f"Bearer {self.token}",
            "Idempotency-Key": key,
            "If-Match": if_match,
            **(headers or {}),
        }
        sent = {name: value for name, value in known.items() if value is not None}
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body, default=str).encode()
        response: Any = self.http.generic(
            method,
            path,
            raw,
            content_type=sent.pop("Content-Type", "application/json"),
            headers=sent,
            QUERY_STRING=urlencode(query or {}, doseq=True),
        )
        assert self.may_fail or response.status_code != 500, f"{method} {path}: see the log"
        operation_id = contract.check(method, path.partition("?")[0], response)
        if operation_id and method != "HEAD" and FORCED not in sent:
            note(operation_id, body, response)
        return response


def multipart(content: bytes, name: str = "photo.jpg") -> bytes:
    """A body of the type MULTIPART with one file."""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n--b--\r\n"


def _session_of(user: User) -> str:
    session = Session.objects.create(user=user, device_name="test", expires_at=real_now())
    return pair_of(add_refresh_token(session), session).access
