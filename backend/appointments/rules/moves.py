"""How often and how far patients may move a visit: the policy that it was booked under, never today's."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class MovePolicy:
    """The snapshot on the visit. Days count from the date it was first booked for, so that small steps add up."""

    limit: int
    moved: int
    within_days: int
    original_date: date

    @property
    def left(self) -> int:
        """How often the patient may still move it."""
        return max(0, self.limit - self.moved)

    @property
    def latest_date(self) -> date:
        """The last local date to which the patient may move it."""
        return self.original_date + timedelta(days=self.within_days)
