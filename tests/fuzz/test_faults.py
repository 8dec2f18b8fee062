"""The fuzzer finds what it is for: each fault, planted into one operation, makes its check red."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application

from tests.fuzz.campaign import Campaign, load
from tests.policy.world import World

pytestmark = pytest.mark.filterwarnings("ignore")
PROBLEM = "application/problem+json"
Answer = tuple[int, dict[str, str], bytes]
Fault = Callable[[Answer], Answer]


def _status(status: int, when: Callable[[int], bool]) -> Fault:
    return lambda answer: (status, *answer[1:]) if when(answer[0]) else answer


def _headers(when: Callable[[int], bool] = lambda status: status == 200, **changed: str) -> Fault:
    known = {name.replace("_", "-"): value for name, value in changed.items()}

    def change(answer: Answer) -> Answer:
        kept = {name: value for name, value in {**answer[1], **known}.items() if value}
        return (answer[0], kept, answer[2]) if when(answer[0]) else answer

    return change


def _body(when: Callable[[int], bool] = lambda status: status == 200, **changed: Any) -> Fault:
    def change(answer: Answer) -> Answer:
        return (*answer[:2], json.dumps({**json.loads(answer[2]), **changed}).encode()) if when(answer[0]) else answer

    return change


def _taken(answer: Answer) -> Answer:
    """Whatever is wrong is taken."""
    return (204, {"X-Request-Id": answer[1]["X-Request-Id"]}, b"") if answer[0] == 400 else answer


def _application(fault: Fault) -> Callable[..., Any]:
    inner: Callable[..., Any] = get_wsgi_application()

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        told: list[Any] = []
        body = b"".join(inner(environ, lambda status, headers, *_: told.extend([status, headers])))
        status, headers, body = fault((int(told[0].split()[0]), dict(told[1]), body))
        headers.pop("Content-Length", None)
        start_response(f"{status} Planted", list(headers.items()))
        return [body]

    return outer


def _is(status: int) -> Callable[[int], bool]:
    return lambda other: other == status


@pytest.mark.parametrize(
    ("operation", "fault", "check"),
    [
        ("getMe", _status(500, _is(200)), "ServerError"),
        ("getMe", _status(418, _is(200)), "UndefinedStatusCode"),
        ("getMe", _headers(Content_Type="text/html"), "UndefinedContentType"),
        ("getMe", _headers(ETag=""), "CustomFailure"),
        ("getMe", _body(given_name=5), "JsonSchemaError"),
        ("getMe", _body(colour="blue"), "CustomFailure"),
        ("getMe", _body(_is(401), code="slot_taken"), "CustomFailure"),
        ("getMe", _status(404, _is(405)), "UnsupportedMethodResponse"),
        ("getMe", _headers(_is(405), Allow=""), "UnsupportedMethodResponse"),
        ("getMe", _status(200, _is(401)), "IgnoredAuth"),
        ("updateMe", _taken, "AcceptedNegativeData"),
        ("updateMe", _status(200, _is(428)), "MissingHeaderNotRejected"),
        ("updateMe", _status(400, _is(200)), "CustomFailure"),
    ],
)
def test_a_planted_fault_is_found(world: World, operation: str, fault: Fault, check: str) -> None:
    campaign = Campaign(world, load(_application(fault))[operation])
    campaign.run(100)
    assert check in campaign.names, campaign.names
