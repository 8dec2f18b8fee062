"""Constraints that several tables need, so that the same rule has the same shape everywhere."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


def one_of(field: str, choices: list[Any], *, name: str) -> models.CheckConstraint:
    """The column holds one of the listed values: an enum is closed in the database too."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices}), name=name)


def unique_if_present(field: str, *, name: str) -> models.UniqueConstraint:
    """No two rows have the same value; any number of them have none."""
    return models.UniqueConstraint(fields=[field], condition=Q(**{f"{field}__isnull": False}), name=name)


def minutes_of_a_day(*, name: str) -> models.CheckConstraint:
    """`from_minute` and `until_minute` are wall minutes of one day, 0 to 1440, and in order."""
    in_order = Q(from_minute__gte=0, until_minute__lte=1440, from_minute__lt=F("until_minute"))
    return models.CheckConstraint(condition=in_order, name=name)


def dates_in_order(first: str, last: str, *, name: str) -> models.CheckConstraint:
    """`last` is not before `first`; an absent `last` means without end."""
    in_order = Q(**{f"{last}__gte": F(first)}) | Q(**{f"{last}__isnull": True})
    return models.CheckConstraint(condition=in_order, name=name)


def weekly_hours_do_not_overlap(owner: str, *, name: str) -> ExclusionConstraint:
    """Two weekly rows of one owner never cover the same minute of the same date."""
    minutes = Func(F("from_minute"), F("until_minute"), function="int4range")
    dates = Func(F("valid_from"), F("valid_until"), Value("[]"), function="daterange")
    return ExclusionConstraint(
        name=name,
        expressions=[
            (owner, RangeOperators.EQUAL),
            ("weekday", RangeOperators.EQUAL),
            (minutes, RangeOperators.OVERLAPS),
            (dates, RangeOperators.OVERLAPS),
        ],
    )
