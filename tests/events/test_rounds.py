"""What recurs: each round does its work, and doing it again changes nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from backend.accounts.models import RefreshToken, Session
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.common.clock import real_now
from backend.common.models import ClockOffset
from backend.events.models import DomainEvent
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.policy.world import build
from tests.practitioners.test_credentials import ending

pytestmark = pytest.mark.django_db


def go_round(name: str) -> None:
    """The round as the worker would go it."""
    app.tasks[name].func(timestamp=0)


def test_what_recurs_is_known_to_the_worker() -> None:
    names = {name for name, _ in app.periodic_registry.periodic_tasks}
    assert names >= {
        "accounts.forget_sessions",
        "appointments.sweep_holds",
        "common.prune",
        "events.forget_deliveries",
        "practitioners.warn_expiring",
    }


def test_no_round_is_gone_twice_at_once_or_piles_up() -> None:
    for task in (one.task for one in app.periodic_registry.periodic_tasks.values()):
        assert task.lock == task.queueing_lock == task.name


def test_holds_that_nobody_came_by_run_out(cast: Cast) -> None:
    world = build(cast)
    held = Appointment.objects.filter(status=Status.HELD)
    count = held.count()
    go_round("appointments.sweep_holds")
    assert held.count() == count, "they have not run out yet"
    ClockOffset.objects.create(offset=timedelta(minutes=31))
    for _ in range(2):
        go_round("appointments.sweep_holds")
        assert held.count() == 0
        assert DomainEvent.objects.filter(type="hold.released.v1").count() == count
    assert {visit.status for visit in Appointment.objects.filter(pk__in=[v.pk for v in world.visits.values()])} == {
        "booked"
    }


def session(cast: Cast, *, ended_days_ago: int, token_ended_days_ago: int) -> tuple[Any, Any]:
    now = real_now()
    made = Session.objects.create(user=cast.owner, expires_at=now - timedelta(days=ended_days_ago))
    end = now - timedelta(days=token_ended_days_ago)
    facts = {"session": made, "key_id": "k", "issued_at": end - timedelta(days=30)}
    newer = RefreshToken.objects.create(id=uuid4(), **facts, expires_at=end)
    older = RefreshToken.objects.create(id=uuid4(), **facts, expires_at=end, used_at=end, successor=newer)
    return made.pk, {newer.pk, older.pk}


def test_sessions_and_tokens_are_forgotten_when_they_can_never_be_used(cast: Cast) -> None:
    living, fresh = session(cast, ended_days_ago=-30, token_ended_days_ago=-30)
    still_living, old = session(cast, ended_days_ago=-1, token_ended_days_ago=2)
    over, _ = session(cast, ended_days_ago=29, token_ended_days_ago=29)
    forgotten, _ = session(cast, ended_days_ago=31, token_ended_days_ago=31)
    for _ in range(2):
        go_round("accounts.forget_sessions")
        assert set(Session.objects.values_list("pk", flat=True)) == {living, still_living, over}
        assert set(RefreshToken.objects.values_list("pk", flat=True)) == fresh
    assert forgotten not in (living, still_living, over)
    assert old.isdisjoint(fresh)


def test_notes_of_deliveries_are_forgotten_after_a_month() -> None:
    with connection.cursor() as cursor:
        for days in (29, 31):
            cursor.execute(
                "INSERT INTO events_delivery (event_id, subscriber, at)"
                " VALUES (gen_random_uuid(), %s, now() - make_interval(days => %s))",
                [str(days), days],
            )
        go_round("events.forget_deliveries")
        cursor.execute("SELECT subscriber FROM events_delivery")
        assert cursor.fetchall() == [("29",)]


def test_credentials_near_their_end_are_warned_of(cast: Cast) -> None:
    ending(cast, cast.physio, 29)
    for _ in range(2):
        go_round("practitioners.warn_expiring")
        assert DomainEvent.objects.filter(type="credential.expiring.v1").count() == 1
    run_jobs()
