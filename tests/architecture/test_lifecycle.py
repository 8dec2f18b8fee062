"""The table of steps in `appointments.lifecycle` and the triggers in PostgreSQL allow exactly the same."""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from backend.accounts.models import User
from backend.appointments.enums import (
    HOLD_STATUSES,
    LIVE_STATUSES,
    CancelReason,
    OfferStatus,
    Status,
    WaitlistStatus,
)
from backend.appointments.lifecycle import BIRTHS, ENTRY_STEPS, OFFER_STEPS, STEPS
from backend.appointments.models import Appointment, WaitlistEntry, WaitlistOffer
from backend.care.enums import OPEN_STATUSES, CourseEnd, CourseStatus
from backend.care.lifecycle import COURSE_BIRTH, COURSE_STEPS
from backend.care.models import Course
from backend.common.db import constraint_of
from tests.architecture.rows import NINE, a_course, an_appointment

pytestmark = pytest.mark.django_db
TRIGGER = "appointment_step_is_legal"
LEGAL = {(source, status) for status, step in STEPS.items() for source in step.sources}


def path_to(status: Status) -> list[Status]:
    """The shortest way from a birth to a state, by the table."""
    ways = deque([birth] for birth in BIRTHS)
    while ways:
        way = ways.popleft()
        if way[-1] == status:
            return way
        ways.extend([*way, to] for source, to in sorted(LEGAL) if source == way[-1] and to not in way)
    raise AssertionError(f"no way leads to {status}")


def put(appointment: Appointment, status: Status) -> None:
    """Write a state past the lifecycle, with what the other constraints ask of it."""
    is_cancelled = status == Status.CANCELLED
    Appointment.objects.filter(pk=appointment.pk).update(
        status=status,
        cancelled_at=appointment.starts_at if is_cancelled else None,
        cancel_reason=CancelReason.OTHER if is_cancelled else CancelReason.NONE,
        hold_expires_at=appointment.starts_at if status in HOLD_STATUSES else None,
    )


def refusal(write: Callable[[], None]) -> str | None:
    """The constraint that refuses the write, if one does; the row is as before afterwards."""
    try:
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
    except IntegrityError as refused:
        return constraint_of(refused)
    return None


@pytest.mark.parametrize("source", Status)
def test_trigger_and_table_allow_the_same_steps(source: Status) -> None:
    birth, *way = path_to(source)
    appointment = an_appointment(birth)
    appointment.save(force_insert=True)
    for status in way:
        put(appointment, status)
    for to in set(Status) - {source}:
        expected = None if (source, to) in LEGAL else TRIGGER
        assert refusal(partial(put, appointment, to)) == expected, f"{source} -> {to}"


@pytest.mark.parametrize("status", Status)
def test_trigger_and_table_allow_the_same_births(status: Status) -> None:
    appointment = an_appointment(status)
    if status == Status.CANCELLED:
        appointment.cancelled_at, appointment.cancel_reason = appointment.starts_at, CancelReason.OTHER
    expected = None if status in BIRTHS else TRIGGER
    assert refusal(partial(appointment.save, force_insert=True)) == expected


def test_a_trigger_that_allows_more_is_found() -> None:
    appointment = an_appointment(Status.HELD)
    appointment.save(force_insert=True)
    illegal = partial(put, appointment, Status.COMPLETED)
    assert refusal(illegal) == TRIGGER
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TRIGGER appointment_step_is_legal ON appointments_appointment")
    assert refusal(illegal) is None


@pytest.mark.parametrize(
    ("kind", "birth", "steps"),
    [
        (WaitlistEntry, WaitlistStatus.WAITING, ENTRY_STEPS),
        (WaitlistOffer, OfferStatus.OPEN, OFFER_STEPS),
    ],
)
def test_triggers_and_tables_of_the_wait_list_allow_the_same(kind: Any, birth: Any, steps: Mapping[Any, Any]) -> None:
    """Of every state that a row can be in, to every other; each is reached by steps that the table has."""
    born, known = _a_row(kind), list(birth.__class__)
    ways = {birth: [birth]}
    for to, sources in [*steps.items(), *steps.items()]:
        for source in sources & ways.keys():
            ways.setdefault(to, [*ways[source], to])
    assert set(ways) == set(known)
    for source, way in ways.items():
        with transaction.atomic():
            for status in way[1:]:
                _put(kind, born.pk, status)
            for to in set(known) - {source}:
                expected = None if source in steps.get(to, ()) else "waitlist_step_is_legal"
                assert refusal(partial(_put, kind, born.pk, to)) == expected, f"{source} -> {to}"
            transaction.set_rollback(True)


def test_the_trigger_and_the_table_of_courses_allow_the_same() -> None:
    course = a_course()
    course.save(force_insert=True)
    ways = {COURSE_BIRTH: [COURSE_BIRTH]}
    for to, sources in [*COURSE_STEPS.items(), *COURSE_STEPS.items()]:
        for source in sorted(sources & ways.keys()):
            ways.setdefault(to, [*ways[source], to])
    assert set(ways) == set(CourseStatus)
    for source, way in ways.items():
        with transaction.atomic():
            for status in way[1:]:
                _end(course, status)
            for to in set(CourseStatus) - {source}:
                expected = None if source in COURSE_STEPS.get(to, ()) else "course_step_is_legal"
                assert refusal(partial(_end, course, to)) == expected, f"{source} -> {to}"
            transaction.set_rollback(True)


@pytest.mark.parametrize("status", sorted(set(CourseStatus) - {COURSE_BIRTH}))
def test_courses_have_no_other_births(status: CourseStatus) -> None:
    course = a_course()
    course.status = status
    assert refusal(partial(course.save, force_insert=True)) == "course_step_is_legal"


def _end(course: Course, status: CourseStatus) -> None:
    ended = {"closed_at": NINE, "closed_by": course.opened_by, "closed_reason": CourseEnd.OTHER}
    still_open = {"closed_at": None, "closed_by": None, "closed_reason": CourseEnd.NONE}
    Course.objects.filter(pk=course.pk).update(status=status, **(still_open if status in OPEN_STATUSES else ended))


def test_the_wait_list_has_no_other_births() -> None:
    entry = _a_row(WaitlistEntry)
    other = WaitlistEntry(patient=entry.patient, service=entry.service, entered_by=entry.entered_by, ended_at=NINE)
    other.status = WaitlistStatus.LEFT
    assert refusal(partial(other.save, force_insert=True)) == "waitlist_step_is_legal"


def _a_row(kind: Any) -> Any:
    hold = an_appointment(Status.HELD)
    hold.save(force_insert=True)
    user = User.objects.create(email="a@example.test")
    assert hold.patient
    entry = WaitlistEntry.objects.create(patient=hold.patient, service=hold.service, entered_by=user)
    if kind is WaitlistEntry:
        return entry
    when = {"starts_at": NINE, "offered_at": NINE, "expires_at": NINE}
    about = {"clinic": hold.clinic, "practitioner": hold.practitioner}
    return WaitlistOffer.objects.create(entry=entry, hold=hold, **about, **when)


def _put(kind: Any, pk: Any, status: Any) -> None:
    is_live = status in (*LIVE_STATUSES, OfferStatus.OPEN)
    end = "ended_at" if kind is WaitlistEntry else "closed_at"
    kind.objects.filter(pk=pk).update(**{"status": status, end: None if is_live else NINE})


def test_every_state_is_in_the_table() -> None:
    assert set(STEPS) | set(BIRTHS) == set(Status)
