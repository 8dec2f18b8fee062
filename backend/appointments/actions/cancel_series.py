"""Cancelling what is left of a series."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from backend.appointments.actions.amend import Shifted
from backend.appointments.actions.cancelling import agree, terms_of_cancelling
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.take import TRIES
from backend.appointments.actions.take_step import take_step
from backend.appointments.enums import CancelReason, Status
from backend.appointments.lifecycle import STEPS
from backend.appointments.models import Appointment
from backend.appointments.queries.series import see_series
from backend.appointments.queries.visits import visits_for
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied, Unavailable

CANCEL = STEPS[Status.CANCELLED]


def cancel_series(
    actor: Actor,
    *,
    series_id: uuid.UUID,
    reason: CancelReason,
    note: str = "",
    expected_fee_minor: int | None = None,
) -> None:
    """Give back the visits to come that the caller may cancel, each by its own policy, in one transaction.

    Visits that have begun or are cancelled stay as they are; with none left nothing changes. `expected_fee_minor` is
    what the person agreed to, for all of them together. Raises NotFound, PermissionDenied, FeeChanged, Unavailable.
    """
    see_series(actor, series_id)
    patience = Patience()
    for _ in range(TRIES):
        visits = _to_come(actor, series_id, clock.now())
        if not visits:
            return

        def attempt(read: Sequence[Appointment] = visits) -> None:
            with door(**_resources(read)) as now:
                current = _to_come(actor, series_id, now)
                if _resources(current) != _resources(read):
                    raise Shifted
                terms = [
                    terms_of_cancelling(actor, visit=visit, now=now, reason=reason, note=note) for visit in current
                ]
                fee = sum(one["cancellation_fee_minor"] for one in terms)
                agree(fee, expected_fee_minor, current[0].currency)
                for visit, changes in zip(current, terms, strict=True):
                    take_step(actor, visit=visit, to=Status.CANCELLED, at=now, reason=reason.value, changes=changes)

        with suppress(Shifted):
            patience.run(attempt)
            return
    raise Unavailable(retry_after_seconds=1)


def _to_come(actor: Actor, series_id: uuid.UUID, now: datetime) -> list[Appointment]:
    permitted = visits_for(actor, CANCEL.permission).filter(series_id=series_id)
    if not permitted.exists():
        raise PermissionDenied
    to_come = permitted.filter(status__in=CANCEL.sources, starts_at__gt=now)
    return list(to_come.order_by("starts_at", "pk"))


def _resources(visits: Sequence[Appointment]) -> dict[str, list[uuid.UUID]]:
    """All that the visits take, for the one door; the same for the same visits at the same places."""
    return {
        name: [one for visit in visits for one in visit.resources[name]]
        for name in ("practitioner_ids", "room_ids", "patient_ids")
    }
