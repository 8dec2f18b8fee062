"""The table of steps in `appointments.lifecycle` and the triggers in PostgreSQL allow exactly the same."""

from collections import deque
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from backend.appointments.enums import HOLD_STATUSES, CancelReason, Status
from backend.appointments.lifecycle import BIRTHS, STEPS
from backend.appointments.models import Appointment
from backend.common.db import constraint_of
from tests.architecture.rows import an_appointment

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


def test_every_state_is_in_the_table() -> None:
    assert set(STEPS) | set(BIRTHS) == set(Status)
