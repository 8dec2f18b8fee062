"""How far a guardian reaches: each operation on a dependant, with each scope alone."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from backend.clinics.enums import Role
from backend.clinics.roles import ROLE_PERMISSIONS
from backend.patients.enums import GuardianScope
from backend.patients.models import Guardianship
from backend.patients.scopes import rights_of
from tests.cast import make_cast
from tests.policy import table
from tests.policy.calls import CALLS, operations
from tests.policy.table import ALLOW
from tests.policy.traces import fingerprint, undone
from tests.policy.world import World, build

ALL, READ, BOOK, SCREENING = "book read screening messages", "book read", "book", "screening"
# The scopes of which each suffices, and what a guardian without any of them is answered.
REACH = {
    "getPatient": (ALL, 0),
    "getMyPatient": (ALL, 0),
    "getPatientAttendance": (ALL, 0),
    "updatePatient": (BOOK, 403),
    "updateMyPatient": (BOOK, 403),
    "createGuardianInvitation": (BOOK, 403),
    "listGuardians": (ALL, 0),
    "getGuardianship": (ALL, 0),
    "endGuardianship": (ALL, 0),
    "listSlots": (BOOK, 403),
    "nextSlots": (BOOK, 403),
    "explainSlot": (BOOK, 403),
    "getEligibility": (BOOK, 403),
    "createHold": (BOOK, 403),
    "createAppointment": (BOOK, 403),
    "planSeries": (BOOK, 403),
    "bookSeries": (BOOK, 403),
    "createWaitlistEntry": (BOOK, 403),
    "getAppointment": (READ, 404),
    "getAppointmentCalendar": (READ, 404),
    "listAppointmentHistory": (READ, 404),
    "getSeries": (READ, 404),
    "getAdvice": (READ, 404),
    "listCheckIns": (READ, 404),
    "getCourse": (READ, 404),
    "getCourseProgress": (READ, 404),
    "planCourse": (BOOK, 404),
    "bookCourse": (BOOK, 404),
    "getWaitlistEntry": (READ, 404),
    "getWaitlistOffer": (READ, 404),
    "updateAppointment": (BOOK, 404),
    "rescheduleAppointment": (BOOK, 404),
    "cancelAppointment": (BOOK, 404),
    "confirmAppointment": (BOOK, 404),
    "cancelSeries": (BOOK, 404),
    "deleteWaitlistEntry": (BOOK, 404),
    "acceptWaitlistOffer": (BOOK, 404),
    "declineWaitlistOffer": (BOOK, 404),
    "createScreening": (SCREENING, 403),
    "listScreenings": (SCREENING, 403),
    "getScreening": (SCREENING, 404),
    "createConsent": (BOOK, 403),
    "listConsents": (READ, 403),
    "getConsent": (READ, 404),
    "revokeConsent": (BOOK, 404),
}
# `own` is the caller's there, not a dependant's; what one may do of one's own is in `test_guardians`.
OF_ONESELF = {
    *("updateSession", "revokeSession", "getHold", "deleteHold", "extendHold", "updateGuardianship"),
    *("getExport", "fetchExport"),
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all, as every test takes back what it did."""
    with django_db_blocker.unblock(), undone():
        yield build(make_cast())


def test_whatever_a_guardian_may_do_has_its_scope() -> None:
    policy = table.read()
    allowed = {cell.operation for name in policy.rows for cell in policy.cells(name) if cell == _allowed(name)}
    assert allowed - OF_ONESELF == {*REACH, "createCheckIn"}


def _allowed(name: str) -> table.Cell:
    return table.Cell(name, "guardian", "own", ALLOW)


def test_saying_how_one_is_after_a_visit_takes_seeing_the_visit_and_answering(world: World) -> None:
    operation = operations()["createCheckIn"]
    for scopes, status in (["read", "screening"], 201), (["read"], 403), (["screening"], 404):
        with undone():
            CALLS["createCheckIn"].prepare(world)
            Guardianship.objects.filter(patient=world.cast.child).update(scopes=scopes)
            answer = operation.send(world.clients["guardian"], CALLS["createCheckIn"].aim(world, "guardian", "own"))
            assert answer.status_code == status, answer.content


def test_all_scopes_together_are_what_a_patient_may() -> None:
    assert rights_of(GuardianScope.values) == ROLE_PERMISSIONS[Role.PATIENT]


@pytest.mark.parametrize("name", REACH)
def test_an_operation_takes_its_scope(world: World, name: str) -> None:
    suffice, refused = REACH[name]
    operation = operations()[name]
    with undone():
        CALLS[name].prepare(world)
        for scope in GuardianScope.values:
            with undone():
                Guardianship.objects.filter(patient=world.cast.child).update(scopes=[scope])
                before = fingerprint()
                answer = operation.send(world.clients["guardian"], CALLS[name].aim(world, "guardian", "own"))
                wanted = operation.success if scope in suffice.split() else _without(refused, scope, suffice)
                assert answer.status_code == wanted, (scope, answer.content)
                assert answer.status_code < 400 or fingerprint() == before, scope


def _without(refused: int, scope: str, suffice: str) -> int:
    """Who reads what they may not act on is told so."""
    return 403 if (scope, suffice) == ("read", BOOK) else refused
