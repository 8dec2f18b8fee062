"""Reading a CSV file: every fault of every line at once, whatever the file holds."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.common.imports.cells import CellError, Reader
from backend.common.imports.report import Report, shown

MOST_BYTES = 64 * 2**20
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NAMED_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column and how its cells read; an empty cell reads as `empty`.

    `is_unique`: no two lines have the same; `is_long`: line breaks are welcome.
    """

    name: str
    read: Reader
    is_required: bool = False
    is_unique: bool = False
    is_long: bool = False
    empty: Any = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line without faults. `values` has the columns that the file has and no others."""

    number: int
    values: Mapping[str, Any]


def read_sheet(raw: bytes, columns: Sequence[Column], report: Report) -> list[Line]:
    """The lines that nothing is wrong with; the report gets what is wrong with the others."""
    if len(raw) > MOST_BYTES:
        report.fault(1, "", f"the file is larger than {MOST_BYTES // 2**20} MiB; split it")
        return []
    if raw.startswith(_UTF_16):
        report.fault(1, "", "the file is UTF-16; save it as CSV UTF-8")
        return []
    # Bytes that are no UTF-8 become lone surrogates, so that each is found in its own cell.
    rows = _rows(raw.decode("utf-8-sig", "surrogateescape"), report)
    header = next(rows, None)
    if header is None:
        report.fault(1, "", "the file is empty; its first line names the columns")
        return []
    names = [cell.strip().lower() for cell in header[1]]
    if not _is_header(names, columns, report):
        return []
    reading = _Reading([next(one for one in columns if one.name == name) for name in names], report)
    return [line for number, row in rows if (line := reading.line(number, row)) is not None]


def _rows(text: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            too_long = "field limit" in str(error)
            limit = f"a cell is longer than {csv.field_size_limit()} characters"
            report.fault(number, "", limit if too_long else "its quotation marks do not match")
            continue
        if any(row):
            yield number, row


def _is_header(names: list[str], columns: Sequence[Column], report: Report) -> bool:
    known = {column.name for column in columns}
    unknown = [name for name in names if name not in known]
    twice = sorted({name for name in names if name in known and names.count(name) > 1}) if len(names) < 1000 else []
    missing = [column.name for column in columns if column.is_required and column.name not in names]
    if unknown:
        more = f" and {len(unknown) - _NAMED_COLUMNS} more" if len(unknown) > _NAMED_COLUMNS else ""
        told = ", ".join(shown(name) for name in unknown[:_NAMED_COLUMNS])
        report.fault(1, "", f"there is no column {told}{more}; the columns are {', '.join(sorted(known))}")
    if twice:
        report.fault(1, "", f"named twice: {', '.join(twice)}")
    if missing:
        report.fault(1, "", f"missing: {', '.join(missing)}; columns are parted by commas")
    return not (unknown or twice or missing)


@dataclass(slots=True)
class _Reading:
    columns: Sequence[Column]
    report: Report
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def line(self, number: int, row: list[str]) -> Line | None:
        if len(row) != len(self.columns):
            self.report.fault(number, "", f"it has {len(row)} cells, the header has {len(self.columns)}")
            return None
        values: dict[str, Any] = {}
        for column, text in zip(self.columns, row, strict=True):
            try:
                values[column.name] = self._value(number, column, text)
            except CellError as error:
                told = f"{shown(text)} {error}" if text.strip() else str(error)
                self.report.fault(number, column.name, told)
        return Line(number, values) if len(values) == len(self.columns) else None

    def _value(self, number: int, column: Column, text: str) -> Any:
        _refuse_hostile(text, is_long=column.is_long)
        text = text.strip()
        if not text:
            if column.is_required:
                raise CellError("must not be empty")
            return column.empty
        value = column.read(text)
        if column.is_unique and (first := self.seen.setdefault((column.name, text), number)) != number:
            raise CellError(f"stands on line {first} already")
        return value


def _refuse_hostile(text: str, *, is_long: bool) -> None:
    if any("\ud800" <= one <= "\udfff" for one in text):
        raise CellError("is not UTF-8; save the file as CSV UTF-8")
    welcome = "\r\n\t" if is_long else ""
    if any((one < " " or "\x7f" <= one <= "\x9f") and one not in welcome for one in text.strip()):
        raise CellError("holds a line break or another control character")
