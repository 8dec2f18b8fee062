"""A marked patient through every operation that takes words about them: the mark stays where it belongs (D11, R16).

What is free text follows from the description, so a new operation is driven through without a line here.
"""

import logging
from collections.abc import Iterator
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError
from pytest_django import DjangoDbBlocker

from backend.audit.models import AuditEntry
from backend.common.http.operations import Idempotency
from backend.tasks.models import Task
from tests.cast import make_cast
from tests.policy import table
from tests.policy.calls import CALLS, Operation, operations
from tests.policy.traces import undone
from tests.policy.world import ABSENT, World, build
from tests.privacy.marking import MARK, about_patients, facts_of, marked, told_in_codes
from tests.privacy.sinks import leaks, logged, names_told
from tests.refusals.cases import Case, case_of

# Why staff acted against the usual course: that is what the audit's own column is for, and nothing else of it.
_WITH_REASON = {
    "reassignAppointment",
    "reassignVisits",
    "swapAppointments",
    "moveWaitlistEntry",
    "endGuardianship",
}
OPERATIONS = {one.id: one for one in about_patients()}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield build(make_cast())


def prepared(world: World, operation: Operation) -> tuple[Case, dict[str, Any]]:
    """Its good call, ready to go, and the body with every free text marked."""
    CALLS[operation.id].prepare(world)
    case = case_of(world, table.read(), operation)
    body, _ = marked(operation, case.sent.body or {})
    return case, body


def _key(case: Case) -> str | None:
    """So that there is a receipt to be searched."""
    return str(uuid4()) if case.endpoint.idempotency is not Idempotency.NONE else None


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_said_of_a_patient_stays_in_the_clinical_tables(world: World, name: str) -> None:
    with undone(), logged() as lines:
        case, body = prepared(world, OPERATIONS[name])
        mail.outbox.clear()
        answer = case.call(body=body, key=_key(case))
        assert answer.status_code == case.operation.success, answer.content
        assert "request" in lines.getvalue(), "the log is read"
        assert leaks(answer, lines) == ({"audit_auditentry"} if name in _WITH_REASON else set())


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_refused_or_fails_tells_the_log_nothing(world: World, name: str) -> None:
    with undone(), logged() as lines:
        case, body = prepared(world, OPERATIONS[name])
        assert case.call(body={**body, MARK: MARK}, key=_key(case)).json()["code"] in (
            "unknown_field",
            "validation_failed",
        )
        told = IntegrityError(f'breaks "a_rule"\nDETAIL:  Failing row contains ({MARK}).')
        with mock.patch.object(case.endpoint.operation, "handle", side_effect=told) as handle:
            assert case.failing().call(body=body, key=_key(case)).status_code >= 400
        assert handle.called
        assert leaks(mock.Mock(headers={}), lines) == set()


@pytest.mark.parametrize("name", [name for name, one in OPERATIONS.items() if told_in_codes(one, {"any": 1})])
def test_what_is_told_in_codes_is_not_retold(world: World, name: str) -> None:
    with undone():
        case, body = prepared(world, OPERATIONS[name])
        assert case.call(body=body, key=_key(case)).status_code == case.operation.success
        assert names_told(told_in_codes(case.operation, body)) == set()


def test_no_link_asks_for_what_is_told_of_somebodys_health() -> None:
    facts = {fact for one in OPERATIONS.values() for fact in facts_of(one)}
    assert {"answers", "soreness"} <= facts
    parameters = {
        told["name"]
        for operation in operations().values()
        for told in operation.description.get("parameters", [])
        if told["in"] == "query"
    }
    assert {"clinic", "limit"} <= parameters
    assert parameters & facts == set()


def test_no_calendar_entry_says_what_a_visit_is_about(world: World) -> None:
    with undone():
        client, path = world.clients["patient"], f"/v1/appointments/{world.visit('patient', 'own')}"
        assert client.patch(path, {"note": MARK}, if_match="*").status_code == 200
        assert MARK in client.get(path).content.decode()
        entry = client.get(f"{path}/calendar.ics")
        assert entry.status_code == 200
        assert MARK not in entry.content.decode().replace("\r\n ", "")


def test_most_words_about_patients_are_found_in_the_description() -> None:
    marks = {name: marked(one, {})[1] for name, one in OPERATIONS.items()}
    assert {"updateAppointment", "cancelAppointment", "clearScreening"} <= {name for name in marks if marks[name]}


def test_a_fact_that_is_retold_is_found(world: World) -> None:
    with undone():
        AuditEntry.objects.create(action="planted", subject_type="visit", subject_id=ABSENT, after={"pain": 3})
        assert names_told({"pain", "twitches"}) == {"pain"}


def test_a_leak_is_found(world: World) -> None:
    with undone(), logged() as lines:
        Task.objects.update(text=f"About {MARK.upper()}")
        assert leaks(mock.Mock(headers={"Location": MARK}), lines) == {"tasks_task", "headers and links"}
        logging.getLogger("any").info("of %s", MARK)
        assert "log" in leaks(mock.Mock(headers={}), lines)
