"""Giving back several visits at once, whoever asks for it and on whatever terms."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from backend.appointments.actions.amend import Shifted
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.take import TRIES
from backend.appointments.models import Appointment
from backend.common import clock
from backend.common.errors import Unavailable

Find = Callable[[datetime], Sequence[Appointment]]
LetGo = Callable[[Sequence[Appointment], datetime], None]


def release_visits(*, find: Find, let_go: LetGo, patient_ids: Iterable[uuid.UUID] = ()) -> None:
    """Enter the one door of all visits that are found, find the same behind it, and `let_go` of them there.

    With patients it is entered even where no visit is found; else nothing happens then. Raises Unavailable, and what
    the two raise.
    """
    patience, patients = Patience(), list(patient_ids)
    for _ in range(TRIES):
        visits = find(clock.now())
        if not visits and not patients:
            return

        def attempt(read: Sequence[Appointment] = visits) -> None:
            with door(**_resources(read, patients)) as now:
                current = find(now)
                if _resources(current, patients) != _resources(read, patients):
                    raise Shifted
                let_go(current, now)

        with suppress(Shifted):
            patience.run(attempt)
            return
    raise Unavailable(retry_after_seconds=1)


def _resources(visits: Sequence[Appointment], patients: Sequence[uuid.UUID]) -> dict[str, list[uuid.UUID]]:
    """All that the visits take, for the one door; the same for the same visits at the same places."""
    taken = {
        name: [one for visit in visits for one in visit.resources[name]]
        for name in ("practitioner_ids", "room_ids", "patient_ids")
    }
    return {**taken, "patient_ids": [*taken["patient_ids"], *patients]}
