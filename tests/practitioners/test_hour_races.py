"""Weekly and extra hours at two clinics, entered at once: a row of one table waits to see those of the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from backend.common import db
from backend.practitioners.models import ExtraHours, WorkingHours
from tests.cast import SAT, Cast

pytestmark = pytest.mark.django_db(transaction=True)

Write = Callable[[], Any]
GUARD = "PERFORM FROM practitioners_practitioner WHERE id = NEW.practitioner_id FOR NO KEY UPDATE;"


@pytest.fixture
def writes(cast: Cast) -> dict[str, Write]:
    """The same morning at Coquitlam every Saturday, and at Langley on one."""
    saturday = cast.day(cast.coquitlam, SAT)
    morning = {"practitioner": cast.ims, "from_minute": 540, "until_minute": 720}
    weekly = {"clinic": cast.coquitlam, "weekday": SAT, "valid_from": saturday}
    return {
        "weekly": lambda: WorkingHours.objects.create(**morning, **weekly),
        "extra": lambda: ExtraHours.objects.create(**morning, clinic=cast.langley, date=saturday),
    }


@pytest.fixture
def without_guard() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('check_hours_are_at_one_clinic'::regproc)")
        guarded = cursor.fetchone()[0]
        assert GUARD in guarded
        cursor.execute(guarded.replace(GUARD, ""))
        yield
        cursor.execute(guarded)


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def outcome(write: Write) -> str | None:
    """The name of the constraint that refused, or None."""
    try:
        write()
    except IntegrityError as error:
        return db.constraint_of(error)
    finally:
        connection.close()
    return None


def meanwhile(first: Write, second: Write) -> str | None:
    """The outcome of the second, begun while the first is not yet committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            answer: Future[str | None] = pool.submit(outcome, second)
            while not (answer.done() or is_waited_for()):
                pass
        return answer.result(timeout=30)


@pytest.mark.parametrize(("first", "second"), [("weekly", "extra"), ("extra", "weekly")])
def test_of_hours_at_two_clinics_the_later_are_refused(writes: dict[str, Write], first: str, second: str) -> None:
    assert meanwhile(writes[first], writes[second]) == "hours_are_at_one_clinic"
    assert WorkingHours.objects.filter(weekday=SAT).exists() is (first == "weekly")
    assert ExtraHours.objects.exists() is (first == "extra")


@pytest.mark.usefixtures("without_guard")
def test_the_race_is_there_without_the_guard(writes: dict[str, Write]) -> None:
    assert meanwhile(writes["weekly"], writes["extra"]) is None
