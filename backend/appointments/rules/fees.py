"""What a cancellation or a missed visit costs: the policy that the visit was booked under, never today's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Long enough to see a slip of the thumb and take it back.
GRACE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Policy:
    """The snapshot on the visit. Money in minor units, shares in percent of the price."""

    price_minor: int
    booked_at: datetime
    starts_at: datetime
    free_cancellation_minutes: int
    late_cancellation_fee_percent: int
    free_ended_at: datetime | None = None

    @property
    def free_until(self) -> datetime:
        """Until when cancelling costs nothing: the clinic's notice, or three minutes after booking if later.

        Once it had passed when the patient moved the visit, it stays passed: a late cancellation is none the less
        late for having been moved first.
        """
        notice = self.starts_at - timedelta(minutes=self.free_cancellation_minutes)
        until = min(max(notice, self.booked_at + GRACE), self.starts_at)
        return min(until, self.free_ended_at or until)

    def is_late_at(self, now: datetime) -> bool:
        """Whether cancelling at an instant comes late, whatever it costs."""
        return now > self.free_until

    def fee_at(self, now: datetime) -> int:
        """What cancelling costs at an instant, rounded down to whole minor units."""
        if not self.is_late_at(now):
            return 0
        return self.price_minor * self.late_cancellation_fee_percent // 100
