"""Readers of cells: from text to a value, or the reason why not."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model

from backend.common.imports.report import shown

Reader = Callable[[str], Any]
MOST_PARTS = 200
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEARS = range(1900, 2201)


class CellError(ValueError):
    """Why a cell is refused, to be read after the cell itself: "is not a date"."""


def of_field(model: type[Model], name: str, what: str = "valid here") -> Reader:
    """A cell that the model's own field takes; `what` it must be, for the refusal of what it is not."""
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    kinds = ", ".join(str(value) for value, _ in field.flatchoices)

    def read(text: str) -> Any:
        if field.max_length is not None and len(text) > field.max_length:
            raise CellError(f"is longer than {field.max_length} characters")
        try:
            return field.clean(text, None)
        except ValidationError:
            raise CellError(f"is none of {kinds}" if kinds else f"is not {what}") from None

    return read


def a_date(text: str) -> date:
    """`YYYY-MM-DD`, of the years 1900 to 2200."""
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise CellError("is not a date such as 1985-05-31")
    return day


def one_among(things: Mapping[str, Any], what: str) -> Reader:
    """The name of one of the things; reads as the thing."""

    def read(text: str) -> Any:
        if text not in things:
            raise CellError(f"is not {what}")
        return things[text]

    return read


def parts_of(reader: Reader) -> Reader:
    """Parts between semicolons, each read alike; reads as a tuple, in order, blank parts left out."""

    def read(text: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if len(parts) > MOST_PARTS:
            raise CellError(f"has more than {MOST_PARTS} parts")
        return tuple(_part(reader, part, alone=len(parts) == 1) for part in parts)

    return read


def _part(reader: Reader, part: str, *, alone: bool) -> Any:
    try:
        return reader(part)
    except CellError as error:
        raise error if alone else CellError(f"is wrong at {shown(part)}, which {error}") from None
