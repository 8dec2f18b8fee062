"""Keyset pages: every row once, in order, whatever comes and goes meanwhile."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import F, IntegerField, QuerySet

from backend.common.models import IdempotencyReceipt
from backend.common.pagination import page

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 2, tzinfo=UTC)


def add(status: int, minutes: int) -> IdempotencyReceipt:
    return IdempotencyReceipt.objects.create(
        caller_id=uuid.uuid4(), key="k", fingerprint=b"", status=status, created_at=START + timedelta(minutes=minutes)
    )


@pytest.fixture
def rows() -> QuerySet[IdempotencyReceipt]:
    for number in range(23):
        add(number % 3, number // 5)
    return IdempotencyReceipt.objects.all()


def walk(rows: QuerySet[Any], order: tuple[str, ...], limit: int) -> list[list[Any]]:
    found, after = [], None
    while True:
        one = page(rows, order=order, limit=limit, after=after)
        found.append(one.rows)
        if one.position is None:
            return found
        after = [str(value) if not isinstance(value, int) else value for value in one.position]


@pytest.mark.parametrize("limit", [1, 2, 7, 22, 23, 100])
@pytest.mark.parametrize(
    "order",
    [("id",), ("-id",), ("status", "id"), ("-status", "id"), ("created_at", "-status", "id"), ("-created_at", "-id")],
)
def test_every_row_comes_once_and_in_order(
    rows: QuerySet[IdempotencyReceipt], order: tuple[str, ...], limit: int
) -> None:
    pages = walk(rows, order, limit)
    assert [row.pk for one in pages for row in one] == [row.pk for row in rows.order_by(*order)]
    assert all(len(one) == limit for one, _ in pairwise(pages))


def test_no_rows_make_one_empty_page() -> None:
    assert page(IdempotencyReceipt.objects.all(), order=("id",), limit=5, after=None).rows == []


def test_a_computed_column_orders_too(rows: QuerySet[IdempotencyReceipt]) -> None:
    computed = rows.annotate(rank=F("status") + 0)
    order = ("-rank", "id")
    pages = walk(computed, order, 4)
    assert [row.pk for one in pages for row in one] == [row.pk for row in computed.order_by(*order)]
    assert isinstance(computed.query.annotations["rank"].output_field, IntegerField)


def test_rows_that_come_and_go_disturb_no_others(rows: QuerySet[IdempotencyReceipt]) -> None:
    first = page(rows, order=("created_at", "id"), limit=10, after=None)
    IdempotencyReceipt.objects.filter(pk=first.rows[-1].pk).delete()
    add(9, -5)
    rest = page(rows, order=("created_at", "id"), limit=100, after=first.position)
    assert len(rest.rows) == 13
    assert not {row.pk for row in first.rows} & {row.pk for row in rest.rows}


@pytest.mark.parametrize("after", [[], ["x", "y", "z"], ["2026-11-02T00:00:00Z"]])
def test_a_position_that_does_not_fit_is_refused(after: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"zip|position"):
        page(IdempotencyReceipt.objects.all(), order=("created_at", "id"), limit=5, after=after)
