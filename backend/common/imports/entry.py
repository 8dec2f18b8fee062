"""What became of one line of an import."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class Entry:
    """`before` and `after` are what differs: columns, and lists of text for what belongs to the row."""

    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def became(self) -> str:
        """The word for the report: created, changed or unchanged."""
        return "created" if self.is_new else "changed" if self.after else "unchanged"

    def tell(self, part: str, before: Iterable[object], after: Iterable[object]) -> None:
        """Note a part that belongs to the row, if it differs."""
        was, is_now = sorted(map(str, before)), sorted(map(str, after))
        if was != is_now:
            self.before[part], self.after[part] = was, is_now
