"""What an import has to say about a file, line by line. Cells are hostile: whatever is shown of them is escaped."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

SHOWN_CHARACTERS = 60
# Where a spreadsheet that opens the report may see the beginning of a cell.
_FORMULA = re.compile(r"(?<![^,;|\s])(?=[=+@-])")


def shown(text: str) -> str:
    """The text for a terminal or a spreadsheet: short, quoted, no control characters, no formulas."""
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    plain = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in cut)
    harmless = _FORMULA.sub("'", plain)
    return f'"{harmless}"'


class FaultsFound(Exception):
    """Takes back the transaction of an import whose report has faults."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Something about one line (the header is line 1); `column` is empty for what concerns the whole line."""

    line: int
    column: str
    detail: str

    def __str__(self) -> str:
        return f"line {self.line}{self.column and f', {self.column}'}: {self.detail}."


@dataclass(slots=True)
class Report:
    """What is wrong (then nothing is changed), what to know, and what became of the lines."""

    faults: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    affected: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def fault(self, line: int, column: str, detail: str) -> None:
        """Say what is wrong; `detail` must be escaped."""
        self.faults.append(Remark(line, column, detail))

    def note(self, line: int, column: str, detail: str) -> None:
        """Say what to know; `detail` must be escaped."""
        self.notes.append(Remark(line, column, detail))

    def refuse_faults(self) -> None:
        """Raise FaultsFound if anything is wrong."""
        if self.faults:
            raise FaultsFound

    @property
    def bad_lines(self) -> int:
        """On how many lines something is wrong."""
        return len({fault.line for fault in self.faults})

    def texts(self) -> Iterator[str]:
        """The report, a line each."""
        if self.faults:
            yield from map(str, sorted(self.faults))
            return
        yield from map(str, sorted(self.notes))
        yield from (f"no longer covered: {one}." for one in self.affected)
        yield ", ".join(f"{self.counts[kind]} {kind}" for kind in ("created", "changed", "unchanged")) + "."
        if not self.counts["created"] and not self.counts["changed"]:
            yield "Nothing to change: all is as the file says."
