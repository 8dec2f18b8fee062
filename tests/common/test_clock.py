"""The domain's clock is PostgreSQL's, moved by the sandbox's offset (R12); SQL and Python read the same one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from backend.common import clock
from backend.common.models import ClockOffset

pytestmark = pytest.mark.django_db


def test_it_is_the_time_with_a_zone() -> None:
    assert clock.now().utcoffset() == timedelta()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_it_advances_within_a_transaction() -> None:
    assert connection.in_atomic_block
    assert clock.now() < clock.now()


def test_the_offset_moves_it_and_only_it() -> None:
    ClockOffset.objects.create(offset=timedelta(days=30))
    with connection.cursor() as cursor:
        cursor.execute("SELECT domain_now() - clock_timestamp()")
        ahead = cursor.fetchone()[0]
    assert timedelta(days=29, hours=23) < ahead <= timedelta(days=30)
    assert clock.now() - datetime.now(UTC) > timedelta(days=29)


def test_there_is_one_offset_at_most() -> None:
    ClockOffset.objects.create(offset=timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockOffset.objects.create(id=False, offset=timedelta(days=2))
