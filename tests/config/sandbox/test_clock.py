"""`/v1/sandbox/clock`: the domain's time moves, nothing else does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.common import clock
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.limits import SetBudget

pytestmark = pytest.mark.django_db
PATH = "/v1/sandbox/clock"


def move(**body: Any) -> Any:
    return ApiClient().post(PATH, body)


def is_near(told: str, wanted: datetime) -> bool:
    return abs(datetime.fromisoformat(told) - wanted) < timedelta(minutes=1)


def test_it_moves_by_an_offset_and_runs_on() -> None:
    answer = move(offset_seconds=86_400)
    assert (answer.status_code, answer.json()["offset_seconds"]) == (200, 86_400)
    assert is_near(answer.json()["now"], datetime.now(UTC) + timedelta(days=1))
    assert clock.now() < clock.now()
    assert ApiClient().get(PATH).json()["offset_seconds"] == 86_400


def test_it_moves_to_an_instant_from_wherever_it_stands() -> None:
    move(offset_seconds=-1000)
    wanted = datetime.now(UTC) + timedelta(days=40)
    assert is_near(move(at=wanted.isoformat()).json()["now"], wanted)


def test_zero_puts_it_back() -> None:
    move(offset_seconds=86_400)
    assert move(offset_seconds=0).json()["offset_seconds"] == 0
    assert is_near(clock.now().isoformat(), datetime.now(UTC))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/at"),
        ({"at": "2027-01-01T00:00:00Z", "offset_seconds": 1}, "/at"),
        ({"at": "2027-01-01T00:00:00"}, "/at"),
        ({"at": "2199-01-01T00:00:00Z"}, "/at"),
        ({"offset_seconds": 10**9}, "/offset_seconds"),
        ({"offset_seconds": "1"}, "/offset_seconds"),
        ({"reset": True}, "/reset"),
    ],
)
def test_nonsense_is_refused_and_moves_nothing(body: dict[str, Any], pointer: str) -> None:
    answer = move(**body)
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (400, [pointer])
    assert is_near(clock.now().isoformat(), datetime.now(UTC))


def test_tokens_keep_to_real_time(cast: Cast) -> None:
    patient = ApiClient().as_(cast.patient.user or "")
    move(offset_seconds=86_400 * 30)
    assert patient.get("/v1/me").status_code == 200


def test_a_loop_runs_out_of_budget(set_budget: SetBudget) -> None:
    set_budget(1, "sandbox")
    assert move(offset_seconds=1).status_code == 200
    for path in (PATH, "/v1/sandbox/reset"):
        answer = ApiClient().post(path, {"offset_seconds": 2} if path == PATH else None)
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert ApiClient().get(PATH).json()["offset_seconds"] == 1
