"""What can be worked out from a credential's dates."""

from datetime import date

WARNING_DAYS = (7, 30, 60)


def warning_of(valid_until: date, today: date) -> int | None:
    """How near the end is: the least of 7, 30 and 60 days that it lies within; None while it is further off, or past.

    The last date itself still counts, so on it 0 days are left.
    """
    left = (valid_until - today).days
    return next((days for days in WARNING_DAYS if 0 <= left <= days), None)
