"""What can be booked instead of a start that is gone."""

from dataclasses import replace
from datetime import timedelta

from backend.appointments.actions.wish import Wish
from backend.appointments.availability.gather import Facts, gather
from backend.appointments.availability.search import days
from backend.appointments.rules.facts import Window
from backend.common import walltime

# First the days of the question itself, which whoever lost has often just read; nearly always they are enough. The day
# before is among them: an evening in Canada is the next date in UTC.
SPANS = ((-1, 1), (2, 6), (7, 34))


def alternatives(wish: Wish, known: Facts | None = None, *, count: int = 3) -> list[dict[str, object]]:
    """The next starts at the same clinic, and with the same practitioner if one was wished, as the problem lists
    them; fewer than `count` if five weeks do not hold more. A look, not a promise: they can be taken meanwhile.

    `known`, if they are fresh: the facts of `wish.question`.
    """
    found: list[dict[str, object]] = []
    day, wanted = wish.starts_at.date(), walltime.minute_of(wish.starts_at)
    for first, last in SPANS:
        window = Window(day + timedelta(days=first), day + timedelta(days=last))
        facts, known = known or gather(replace(wish.question, window=window)), None
        for of_day in days(facts):
            found += (
                {
                    "starts_at": walltime.instant_of(slot.start).astimezone(of_day.zone),
                    "clinic_id": of_day.clinic_id,
                    "timezone": of_day.zone.key,
                    "practitioner_ids": list(slot.practitioner_ids),
                }
                for slot in of_day.slots
                if slot.start > wanted
            )
        if len(found) >= count:
            break
    return found[:count]
