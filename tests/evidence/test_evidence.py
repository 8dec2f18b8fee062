"""The judge finds what no test raised and what no example shows any more; recording twice changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from backend.common.http.openapi import examples
from tests.evidence import plugin
from tests.evidence import record as recording
from tests.evidence.fits import fits
from tests.evidence.plugin import faults, is_whole
from tests.evidence.seen import RECORD, Kind, Seen
from tests.examples import StandIns

TAKEN = {
    "type": "/docs/errors#slot_taken",
    "title": "Slot taken",
    "status": 409,
    "code": "slot_taken",
    "detail": "Somebody else has this time.",
    "request_id": "req_1",
    "errors": [],
}
ONE, OTHER = ("createHold", "409 slot_taken"), ("createAppointment", "409 slot_taken")
DONE = ("createHold", "201")


@pytest.mark.parametrize(
    ("body", "is_shown"),
    [
        ({**TAKEN, "request_id": "req_2"}, True),
        ({**TAKEN, "detail": "Somebody else was first."}, False),
        ({**TAKEN, "errors": [{"pointer": "/x", "code": "invalid", "detail": "No."}]}, False),
        ({**TAKEN, "alternatives": []}, False),
    ],
)
def test_a_problem_is_shown_word_by_word(body: dict[str, Any], *, is_shown: bool) -> None:
    assert fits(TAKEN, body) is is_shown


@pytest.mark.parametrize(
    ("body", "is_shown"),
    [
        ({"name": "Other", "count": 2.5, "parts": [{"id": "b"}]}, True),
        ({"name": None, "count": 2, "parts": [{"id": None}]}, True),
        ({"name": "Other", "count": 2, "parts": []}, False),
        ({"name": "Other", "count": 2}, False),
        ({"name": "Other", "count": "2", "parts": []}, False),
        ({"name": "Other", "count": 2, "parts": [{"key": "b"}]}, False),
        ({"name": "Other", "count": 2, "parts": {}}, False),
    ],
)
def test_a_success_is_shown_by_its_shape(body: dict[str, Any], *, is_shown: bool) -> None:
    assert fits({"name": "Any", "count": 1, "parts": [{"id": "a"}]}, body) is is_shown


def test_an_example_is_the_same_whenever_it_is_recorded() -> None:
    monday = datetime.now(UTC) - timedelta(days=datetime.now(UTC).weekday())
    ids = ["01a2052c-ebec-7f60-a385-2d4a14cb190e", "01a2052d-20b5-729c-a2e7-a381697d2b95"]
    told = [
        {
            "id": one,
            "date": f"{day:%F}",
            "starts_at": f"{day:%F}T09:00:00-07:00",
            "again": one,
            "at": f"{day:%F}T1:2.5Z",
        }
        for one, day in zip(ids, (monday, monday), strict=True)
    ]
    first, second = (StandIns().of(one) for one in told)
    assert first == second
    assert first["date"] == "2026-11-02"
    assert first["starts_at"].startswith(first["date"])
    assert first["id"] == first["again"]


def test_what_no_test_raised_and_what_no_example_shows_is_found() -> None:
    promised = [DONE, ONE, OTHER]
    seen = {DONE: Seen(is_current=True), ONE: Seen()}
    assert faults(promised, seen) == [
        "createHold 409 slot_taken: its example is missing or shows something else",
        "createAppointment 409 slot_taken: no test gets this answer",
    ]
    assert faults([DONE], seen) == []


def test_workers_see_more_together() -> None:
    seen = Seen(rank="b", body=1)
    seen.add([Seen(rank="c", body=2, is_current=True), Seen(rank="a", body=3)])
    assert (seen.is_current, seen.body) == (True, 3)


@pytest.mark.parametrize(
    ("source", "options", "expected"),
    [
        (pytest.Config.ArgsSource.TESTPATHS, {}, True),
        (pytest.Config.ArgsSource.ARGS, {}, False),
        (pytest.Config.ArgsSource.TESTPATHS, {"keyword": "cancel"}, False),
        (pytest.Config.ArgsSource.TESTPATHS, {"deselect": ["tests/x.py"]}, False),
    ],
)
def test_only_a_whole_run_is_judged(source: Any, options: dict[str, Any], *, expected: bool) -> None:
    config = SimpleNamespace(args_source=source, getoption=options.get)
    assert is_whole(cast(pytest.Config, config)) is expected


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Examples of a test's own, read anew each time."""
    read = examples.recorded.__wrapped__
    monkeypatch.setattr(examples, "folder", lambda: tmp_path)
    monkeypatch.setattr(recording, "folder", lambda: tmp_path)
    monkeypatch.setattr(recording, "recorded", read)
    return tmp_path


def written(folder: Path) -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}


def test_what_looks_the_same_everywhere_is_recorded_once(folder: Path) -> None:
    own = {**TAKEN, "detail": "Another."}
    third: Kind = ("moveHold", "409 slot_taken")
    done = Seen(body={"id": "a"}, request={"at": "b"})
    recording.record(
        [DONE, ONE, OTHER, third], {DONE: done, ONE: Seen(body=TAKEN), OTHER: Seen(body=TAKEN)}, is_whole=True
    )
    first = written(folder)
    assert first == {
        "problems": {"slot_taken": TAKEN},
        "createHold": {"request": {"at": "b"}, "responses": {"201": {"id": "a"}}},
    }
    is_right = Seen(is_current=True)
    recording.record([DONE, ONE, OTHER, third], {DONE: is_right, ONE: is_right, third: Seen(body=own)}, is_whole=True)
    assert written(folder) == {**first, "moveHold": {"responses": {"409 slot_taken": own}}}


def test_what_is_no_longer_promised_goes(folder: Path) -> None:
    recording.record([DONE, ONE], {DONE: Seen(body={"id": "a"}), ONE: Seen(body=TAKEN)}, is_whole=True)
    recording.record([ONE], {}, is_whole=True)
    assert written(folder) == {"problems": {"slot_taken": TAKEN}}


def test_a_part_of_the_suite_changes_only_what_it_saw(folder: Path) -> None:
    changed, third = {**TAKEN, "detail": "Another."}, ("moveHold", "409 slot_taken")
    own = {**TAKEN, "detail": "A third."}
    seen = {ONE: Seen(body=TAKEN), OTHER: Seen(body=TAKEN), third: Seen(body=own)}
    recording.record([ONE, OTHER, third], seen, is_whole=True)
    first = written(folder)
    recording.record([ONE, OTHER, third], {OTHER: Seen(body=own)}, is_whole=False)
    assert written(folder) == {**first, "createAppointment": {"responses": {"409 slot_taken": own}}}
    recording.record([ONE, OTHER, third], {OTHER: Seen(body=changed)}, is_whole=True)
    assert written(folder)["problems"] == {"slot_taken": changed}


@pytest.mark.parametrize(
    ("source", "is_failed"), [(pytest.Config.ArgsSource.TESTPATHS, True), (pytest.Config.ArgsSource.ARGS, False)]
)
def test_a_fault_fails_a_whole_run(monkeypatch: pytest.MonkeyPatch, source: Any, *, is_failed: bool) -> None:
    told: list[str] = []
    monkeypatch.setattr(plugin, "_faults", told)
    monkeypatch.setattr(plugin, "described", lambda: [ONE])
    monkeypatch.setattr(plugin, "SEEN", {})
    monkeypatch.delenv(RECORD, raising=False)
    config = SimpleNamespace(args_source=source, getoption={}.get)
    session = cast(pytest.Session, SimpleNamespace(config=config, exitstatus=pytest.ExitCode.OK))
    plugin.pytest_sessionfinish(session, pytest.ExitCode.OK)
    assert session.exitstatus == (pytest.ExitCode.TESTS_FAILED if is_failed else pytest.ExitCode.OK)
    assert bool(told) is is_failed
