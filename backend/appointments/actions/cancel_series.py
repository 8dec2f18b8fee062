"""Cancelling what is left of a series."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from backend.appointments.actions.cancelling import agree, terms_of_cancelling
from backend.appointments.actions.release_visits import release_visits
from backend.appointments.actions.take_step import take_step
from backend.appointments.enums import CancelReason, Status
from backend.appointments.lifecycle import STEPS
from backend.appointments.models import Appointment
from backend.appointments.queries.series import see_series
from backend.appointments.queries.visits import visits_for
from backend.common.access import Actor
from backend.common.errors import PermissionDenied

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

    def let_go(visits: Sequence[Appointment], now: datetime) -> None:
        terms = [terms_of_cancelling(actor, visit=visit, now=now, reason=reason, note=note) for visit in visits]
        agree(sum(one["cancellation_fee_minor"] for one in terms), expected_fee_minor, visits[0].currency)
        for visit, changes in zip(visits, terms, strict=True):
            take_step(actor, visit=visit, to=Status.CANCELLED, at=now, reason=reason.value, changes=changes)

    release_visits(find=lambda now: _to_come(actor, series_id, now), let_go=let_go)


def _to_come(actor: Actor, series_id: uuid.UUID, now: datetime) -> list[Appointment]:
    permitted = visits_for(actor, CANCEL.permission).filter(series_id=series_id)
    if not permitted.exists():
        raise PermissionDenied
    to_come = permitted.filter(status__in=CANCEL.sources, starts_at__gt=now)
    return list(to_come.order_by("starts_at", "pk"))
