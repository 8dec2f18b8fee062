"""What is recalled is what would be thought up."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.appointments.stopped_clock import stop_clock
from tests.cast import Cast, make_cast, recalled_cast
from tests.policy.traces import undone

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def objects(cast: Cast) -> dict[str, models.Model]:
    found = {field.name: getattr(cast, field.name) for field in fields(cast)}
    return {name: row for name, row in found.items() if isinstance(row, models.Model)}


def values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def written(write: Callable[[], Cast], at: datetime) -> list[list[dict[str, Any]]]:
    """Every row of every table but for when it was written. Fails where an object is not as its row."""
    with undone():
        stop_clock(at)
        cast = write()
        assert cast.now == at
        for row in objects(cast).values():
            assert values(row) == values(type(row)._default_manager.get(pk=row.pk))
        tables = [model._default_manager.order_by("pk") for model in apps.get_models() if model._meta.managed]
        return [[_lasting(row) for row in table.values()] for table in tables]


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("created_at", "updated_at")}


@pytest.mark.parametrize("at", [NOON, NOON + timedelta(hours=3, microseconds=5), NOON + timedelta(days=1)])
def test_rows_and_objects_are_as_those_thought_up(at: datetime) -> None:
    first, again = written(recalled_cast, NOON), written(recalled_cast, at)
    assert again == written(make_cast, at)
    assert (first == again) == (at == NOON)


def test_each_has_objects_of_its_own() -> None:
    def write() -> Cast:
        with undone():
            return recalled_cast()

    one, other = write(), write()
    assert one.patient.user is not other.patient.user
    assert one.parent.user is not None
    assert one.coquitlam.organisation is one.organisation
