"""Two bookings of one course at once: it never has more visits than sessions."""

import secrets
from functools import partial
from typing import Any

import pytest

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, at_once, sign_in
from tests.live import LiveApi, MakeLiveApi

ROUNDS = 8
WON, FULL = (201, None), (409, "course_full")
UNLOCKED = {"DJANGO_SETTINGS_MODULE": "tests.concurrency.without_locks"}


def rounds(api: LiveApi) -> list[list[tuple[int, str | None]]]:
    """Each round two people book another day of the last session, under keys of their own; then it is given back."""
    caller = sign_in(api, "cleared@demo.test")
    [course] = caller.call("GET", "courses").data["results"]
    ledger.write(api, "UPDATE care_course SET planned_sessions = 4 WHERE id = %s", course["id"])
    path = f"courses/{course['id']}"
    planned = caller.post(f"{path}/plan", {}).data["visits"]
    ledger.write(api, "UPDATE care_course SET planned_sessions = 3 WHERE id = %s", course["id"])
    told = []
    for _ in range(ROUNDS):
        acts = [partial(book, one, path, visit) for one, visit in zip((caller, caller.twin()), planned, strict=True)]
        answers = at_once(acts)
        told.append(sorted(answer.verdict for answer in answers))
        for answer in answers:
            if answer.status == 201:
                caller.post(f"series/{answer.data['series_id']}/cancel", {"reason_code": "schedule"})
    return told


def book(caller: Caller, path: str, visit: dict[str, Any]) -> Answer:
    body = {name: visit[name] for name in ("starts_at", "clinic_id", "practitioner_id")}
    return caller.post(f"{path}/book", {"visits": [body]}, key=secrets.token_hex(8))


@pytest.mark.usefixtures("nothing_breaks")
def test_of_two_for_one_session_one_is_booked(live_api: LiveApi) -> None:
    assert rounds(live_api) == [[WON, FULL]] * ROUNDS


def test_without_the_locks_a_course_has_more_visits_than_sessions(make_live_api: MakeLiveApi) -> None:
    assert [WON, WON] in rounds(make_live_api(env=UNLOCKED))
