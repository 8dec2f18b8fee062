"""Keyset pages: a page starts after the last row of the one before, so depth costs nothing and nothing is skipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Q, QuerySet


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order; `position` is where the next page starts, None after the last one."""

    rows: list[Any]
    position: list[Any] | None


def page(queryset: QuerySet[Any, Any], *, order: Sequence[str], limit: int, after: Sequence[Any] | None) -> Page:
    """One page in the given order, `-` for descending. The columns must be non-null and together unique.

    `after` is the position of the page before, as text where JSON has no type. Raises ValueError when it does not
    fit the order.
    """
    names = [name.removeprefix("-") for name in order]
    if after is not None:
        try:
            values = [_column(queryset, name).to_python(value) for name, value in zip(names, after, strict=True)]
        except ValidationError as error:
            raise ValueError("not a position in this order") from error
        queryset = queryset.filter(_beyond(order, values))
    rows = list(queryset.order_by(*order)[: limit + 1])
    more = len(rows) > limit
    return Page(rows[:limit], [getattr(rows[limit - 1], name) for name in names] if more else None)


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """(a, b) > (x, y) as a > x OR (a = x AND b > y), with a >= x first, which is what an index can use."""
    name, value = order[0].removeprefix("-"), values[0]
    side = "lt" if order[0].startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{name}__{side}": value})
    rest = Q(**{name: value}) & _beyond(order[1:], values[1:])
    return Q(**{f"{name}__{side}e": value}) & (Q(**{f"{name}__{side}": value}) | rest)


def _column(queryset: QuerySet[Any, Any], name: str) -> "Field[Any, Any]":
    try:
        found: Field[Any, Any] = queryset.model._meta.get_field(name)
    except FieldDoesNotExist:
        found = queryset.query.annotations[name].output_field
    return found
