"""People who open a clinic: accounts made and used over HTTP, with the mails that the server sends."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.concurrency.crowd import Caller
from tests.live import LiveApi, wait_for

PASSWORD = "a clinic at the Bow river"
_LINK = re.compile(r"/verify-email#token=(\S+)")


def join(api: LiveApi, email: str, given_name: str, family_name: str) -> Caller:
    """Somebody who registers, follows the link in the mail, and signs in."""
    visitor = Caller(api)
    api.have_worker()  # it sends the mails
    asked = {"email": email, "password": PASSWORD, "given_name": given_name, "family_name": family_name}
    answer = visitor.post("auth/register", asked)
    assert answer.status == 202, answer.data
    wait_for(lambda: bool(_tokens(api, email)))
    answer = visitor.post("auth/email/verify", {"token": _tokens(api, email)[-1]})
    assert answer.status == 204, answer.data
    return come_in(api, email)


def come_in(api: LiveApi, email: str) -> Caller:
    """Somebody who has joined signs in; again, once a new role has ended what was begun without it."""
    caller = Caller(api)
    answer = caller.post("auth/token", {"email": email, "password": PASSWORD})
    assert answer.status == 200, answer.data
    caller.token = answer.data["access"]
    return caller


def _tokens(api: LiveApi, email: str) -> list[str]:
    mails = [file.read_text() for file in (api.log_path.parent / "mail").glob("*")]
    return [token for mail in mails if f"To: {email}" in mail for token in _LINK.findall(mail)]


def make(who: Caller, path: str, body: dict[str, Any], *, status: int = 201) -> dict[str, Any]:
    """POST what must work; what was made."""
    return _done(who.post(path, body), path, status)


def put(who: Caller, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """PUT what must work."""
    answer = who.call("PUT", path, body)
    assert answer.status in (200, 201), f"PUT {path}: {answer.data}"
    found: dict[str, Any] = answer.data
    return found


def read(who: Caller, path: str, **query: Any) -> dict[str, Any]:
    """GET what must be there."""
    return _done(who.call("GET", f"{path}?{urlencode(query)}" if query else path), path, 200)


def _done(answer: Any, path: str, status: int) -> dict[str, Any]:
    assert answer.status == status, f"{path}: {answer.status} {answer.data}"
    found: dict[str, Any] = answer.data
    return found


def starts(who: Caller, clinic_id: str, service: str = "ims-assessment") -> list[dict[str, Any]]:
    """The free starts at the clinic in the two weeks from tomorrow."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    asked = {"service": service, "clinic": clinic_id, "from_date": first, "to_date": first + timedelta(days=13)}
    return [slot for day in read(who, "slots", **asked)["results"] for slot in day["slots"]]
