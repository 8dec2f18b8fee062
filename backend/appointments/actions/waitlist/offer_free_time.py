"""Offering what is free at a clinic to those who wait there, in the order of its queue."""

import uuid
from copy import copy

from backend.appointments.actions.waitlist._advance import Passed
from backend.appointments.actions.waitlist._free import FreeTime
from backend.appointments.actions.waitlist._offer import offer
from backend.appointments.errors import PatientOverlap, SlotNotBookable, SlotTaken
from backend.appointments.queries.waiting import Waiting, waiting_at
from backend.appointments.rules.facts import Window
from backend.common.walltime import instant_of

# Whoever loses so many starts to others in one round is left to the next.
TRIES = 3


def offer_free_time(*, clinic_id: uuid.UUID, window: Window) -> int:
    """Go through those who wait for these dates, first come first, and offer each the first start that suits and that
    every rule admits for them; how many offers were made.

    Two rounds at once do no harm: what one has offered is taken for the other, and whom it has served no longer waits.
    Raises Unavailable.
    """
    free = FreeTime(clinic_id, window)
    return sum(_serve(waiting, free) for waiting in waiting_at(clinic_id, window))


def _serve(waiting: Waiting, free: FreeTime) -> bool:
    """Whether an offer was made."""
    for _ in range(TRIES):
        found = free.first_for(waiting)
        if found is None:
            return False
        try:
            offer(
                copy(waiting.entry),  # what is not offered after all has changed nothing
                clinic_id=free.clinic_id,
                practitioner_id=found.practitioner_id,
                starts_at=instant_of(found.start),
                instead_of=waiting.gives_back,
            )
        except Passed:  # it has an offer by now, or was taken off the list
            return False
        except (SlotTaken, PatientOverlap, SlotNotBookable):
            continue
        return True
    return False
