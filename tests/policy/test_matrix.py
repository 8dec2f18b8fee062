"""Every operation, called by every actor on every target, does as the reviewed table says."""

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.db import models
from pytest_django import DjangoDbBlocker

from backend.accounts.querysets import SessionQuerySet
from backend.appointments import querysets
from backend.appointments.enums import HOLD_STATUSES
from backend.appointments.querysets import AppointmentQuerySet, Reach, WaitlistEntryQuerySet, WaitlistOfferQuerySet
from backend.care.querysets import (
    AdviceTemplateQuerySet,
    AssessmentQuerySet,
    CheckInQuerySet,
    CourseQuerySet,
    SessionRecordQuerySet,
)
from backend.clinics.querysets import ApiKeyQuerySet
from backend.common.access import Actor
from backend.patients.querysets import PatientQuerySet, _AboutPatients
from backend.practitioners.querysets import PractitionerQuerySet
from backend.privacy.querysets import ExportQuerySet, PatientMergeQuerySet
from backend.tasks.querysets import TaskQuerySet
from tests.cast import make_cast
from tests.policy.calls import CALLS, operations
from tests.policy.judge import violations
from tests.policy.table import Cell, Policy
from tests.policy.traces import undone
from tests.policy.world import World, build

TARGETS = {name: entry.targets for name, entry in CALLS.items()}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all, as every cell takes back what it did."""
    with django_db_blocker.unblock(), undone():
        yield build(make_cast())


def test_every_operation_has_its_rows_and_every_row_its_operation(policy: Policy) -> None:
    served = set(operations())
    assert served == set(CALLS), "calls.py says how to call each operation"
    assert policy.gaps(served, TARGETS) == []


def test_a_missing_stale_or_misspelt_row_is_found(policy: Policy) -> None:
    known = set(policy.rows)
    assert policy.gaps(known | {"dropTables"}, {**TARGETS, "dropTables": ()}) == ["dropTables: no row"]
    assert policy.gaps(known - {"getMe"}, TARGETS) == ["getMe: no such operation"]
    assert policy.gaps(known, {**TARGETS, "getMe": ("own",)}) == [
        "getMe: no row for own",
        "getMe: no such target as any",
    ]
    odd = Policy(policy.actors, {"getMe": {"all": ("yes", "401")}}, {})
    assert len(odd.gaps({"getMe"}, TARGETS)) == 4


@pytest.fixture(autouse=True)
def empty_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may start the sandbox over is the matter, not with what: a demo takes seconds, for each of twelve who ask.
    What comes back is looked at in tests/config/sandbox."""
    monkeypatch.setattr("backend.config.sandbox.reset.seed", lambda: None)


def test_everyone_in_the_table_can_call(world: World, policy: Policy) -> None:
    assert set(world.clients) == set(policy.actors)


@pytest.mark.parametrize("name", CALLS)
def test_every_cell_is_as_the_table_says(world: World, policy: Policy, name: str) -> None:
    found = violations(world, operations()[name], policy.cells(name))
    assert not found, "\n".join(found[:30])


def test_a_wrong_cell_is_found(world: World) -> None:
    wrong = [
        Cell("getAppointment", "stranger", "other_clinic", "allow"),
        Cell("getAppointment", "patient", "own", "404"),
        Cell("cancelAppointment", "desk", "same_clinic", "403"),
    ]
    for cell in wrong:
        [*faults] = violations(world, operations()[cell.operation], [cell])
        assert "instead of" in faults[0]
    assert "wrote to" in faults[1]


Scope = tuple[type[Any] | ModuleType, str, Callable[..., Any]]
REACH: Scope = (querysets, "reach_of", lambda *_: Reach(True, frozenset(), frozenset(), None))
VISITS: Scope = (AppointmentQuerySet, "visible_to", lambda self, *_: self.exclude(status__in=HOLD_STATUSES))
HOLDS: Scope = (AppointmentQuerySet, "holds_of", lambda self, _, **__: self.filter(status__in=HOLD_STATUSES))
PATIENTS: Scope = (PatientQuerySet, "visible_to", lambda self, *_: self)
PRACTITIONERS: Scope = (PractitionerQuerySet, "visible_to", lambda self, *_: self)
SESSIONS: Scope = (SessionQuerySet, "visible_to", lambda self, *_: self)
TASKS: Scope = (TaskQuerySet, "visible_to", lambda self, *_: self)
ENTRIES: Scope = (WaitlistEntryQuerySet, "visible_to", lambda self, *_: self)
OFFERS: Scope = (WaitlistOfferQuerySet, "visible_to", lambda self, *_: self)
RECORDS: Scope = (SessionRecordQuerySet, "visible_to", lambda self, *_: self)
ADVICE: Scope = (AdviceTemplateQuerySet, "visible_to", lambda self, *_: self)
ASSESSMENTS: Scope = (AssessmentQuerySet, "visible_to", lambda self, *_: self)
COURSES: Scope = (CourseQuerySet, "visible_to", lambda self, *_: self)
ANSWERS: Scope = (_AboutPatients, "visible_to", lambda self, *_: self)
API_KEYS: Scope = (ApiKeyQuerySet, "visible_to", lambda self, *_: self)
EXPORTS: Scope = (ExportQuerySet, "visible_to", lambda self, *_: self)
MERGES: Scope = (PatientMergeQuerySet, "visible_to", lambda self, *_: self)
CLINICS: Scope = (Actor, "may", lambda self, permission, **_: self.holds(permission))
OF_VISITS = [
    "getAppointment",
    "cancelAppointment",
    "confirmAppointment",
    "checkInAppointment",
    "startAppointment",
    "completeAppointment",
    "markAppointmentNoShow",
]
OF_FILES = ["getPractitionerFile", "listOfferings", "getCredential", "verifyCredential", "updateTimeOff"]


GUARDED = [
    pytest.param(REACH, OF_VISITS, id="visits"),
    pytest.param(VISITS, ["listAppointmentHistory"], id="what hangs on visits"),
    pytest.param(HOLDS, ["getHold", "deleteHold", "createAppointment"], id="holds"),
    pytest.param(PATIENTS, ["listSlots", "createHold", "createAppointment"], id="patients"),
    pytest.param(PATIENTS, ["getPatient", "getPatientAttendance", "updatePatient"], id="patients' data"),
    pytest.param(PATIENTS, ["createScreening", "listScreenings", "getConsent", "revokeConsent"], id="answers"),
    pytest.param(PATIENTS, ["listAssessments", "getAssessment", "updateAssessment"], id="assessments"),
    pytest.param(PATIENTS, ["getCourse", "getCourseProgress"], id="courses"),
    pytest.param(PRACTITIONERS, OF_FILES, id="practitioners' files"),
    pytest.param(SESSIONS, ["updateSession", "revokeSession"], id="sessions"),
    pytest.param(TASKS, ["getTask", "assignTask", "completeTask"], id="tasks"),
    pytest.param(ENTRIES, ["getWaitlistEntry", "deleteWaitlistEntry"], id="who waits"),
    pytest.param(OFFERS, ["getWaitlistOffer"], id="what is offered"),
    pytest.param(RECORDS, ["getSessionRecord"], id="records of sessions"),
    pytest.param(ADVICE, ["activateAdviceTemplate"], id="advice"),
    pytest.param(ASSESSMENTS, ["getAssessment"], id="assessments themselves"),
    pytest.param(COURSES, ["getCourse"], id="courses themselves"),
    pytest.param(ANSWERS, ["getScreening", "getConsent"], id="answers themselves"),
    pytest.param(API_KEYS, ["getApiKey", "revokeApiKey"], id="API keys"),
    pytest.param(EXPORTS, ["getExport"], id="exports"),
    pytest.param(MERGES, ["getPatientMerge", "approvePatientMerge"], id="merges"),
    pytest.param(CLINICS, ["createHold", "createPatient", "lookUpPatient"], id="clinics"),
]


UNREACHED = {(CheckInQuerySet, "visible_to")}
"""Only a repeated createCheckIn loads by it, whose caller and visit were looked at before."""


def test_every_scope_of_a_queryset_has_a_control() -> None:
    known = [kind for kind in _below(models.QuerySet) if kind.__module__.startswith("backend.")]
    scopes = {
        (kind, name)
        for kind in known
        for name, method in vars(kind).items()
        if inspect.isfunction(method) and "actor" in inspect.signature(method).parameters
    }
    guards: list[Any] = [param.values[0] for param in GUARDED]
    controlled = {
        (kind, name) for kind, name, _ in guards if inspect.isclass(kind) and issubclass(kind, models.QuerySet)
    }
    assert scopes == controlled | UNREACHED, "GUARDED says which cells are red without it"


def _below(kind: type) -> Iterator[type]:
    for one in type.__subclasses__(kind):
        yield one
        yield from _below(one)


@pytest.mark.parametrize(("scope", "guarded"), GUARDED)
def test_without_a_scope_the_matrix_is_red(
    world: World, policy: Policy, monkeypatch: pytest.MonkeyPatch, scope: Scope, guarded: list[str]
) -> None:
    monkeypatch.setattr(*scope)
    for name in guarded:
        foreign = [cell for cell in policy.cells(name) if cell.verdict in ("403", "404")]
        let_in = [fault for fault in violations(world, operations()[name], foreign) if ": 20" in fault]
        assert let_in, f"{name} has another guard, or none of its cells reaches past this one"
