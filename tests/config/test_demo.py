"""`manage.py seed_demo`: when it writes, when it refuses, and that it can be told any day of the year."""

import random
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker, Settings

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.clinics.models import Organisation
from backend.config.demo import cast
from backend.config.demo.seed import Plan, plan

A_SUNDAY = datetime(2026, 11, 22, 19, tzinfo=UTC)
BEFORE_TORONTO_CHANGES_CLOCKS = datetime(2027, 2, 20, 19, tzinfo=UTC)


def test_the_list_names_everyone_without_touching_the_database(django_db_blocker: DjangoDbBlocker) -> None:
    said = StringIO()
    with django_db_blocker.block():
        call_command("seed_demo", "--list", stdout=said)
    assert cast.PASSWORD in said.getvalue()
    assert all(person.email in said.getvalue() for person in cast.EVERYONE)


@pytest.mark.django_db
def test_it_refuses_production(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo")
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_a_second_run_changes_nothing() -> None:
    call_command("seed_demo", stdout=StringIO())
    before = Appointment.objects.count()
    call_command("seed_demo", "--if-empty", stdout=StringIO())
    with pytest.raises(CommandError, match="empty"):
        call_command("seed_demo")
    assert Appointment.objects.count() == before


@pytest.mark.django_db
def test_a_failure_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("backend.config.demo.seed.save_visits", fail)
    with pytest.raises(RuntimeError):
        call_command("seed_demo")
    assert not User.objects.exists()


def planned(now: datetime) -> Plan:
    return plan(now, random.Random(1), password="!")


def test_the_same_day_gives_the_same_calendar() -> None:
    def facts(now: datetime) -> list[tuple[object, ...]]:
        return [(one.minute, one.room.name, str(one.patient), str(one.practitioner)) for one in planned(now).visits]

    assert facts(A_SUNDAY) == facts(A_SUNDAY + timedelta(hours=1)) != facts(A_SUNDAY + timedelta(days=1))


@pytest.mark.parametrize("now", [BEFORE_TORONTO_CHANGES_CLOCKS, *(A_SUNDAY + timedelta(days=n) for n in range(7))])
def test_the_stories_can_be_told_on_any_day(now: datetime) -> None:
    told = planned(now)
    assert {visit.patient for visit in told.visits} > told.named
