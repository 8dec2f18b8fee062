"""Moving a visit along: confirm, check in, start, complete, no-show, cancel share one way through."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.take_step import take_step
from backend.appointments.enums import Status
from backend.appointments.lifecycle import STEPS
from backend.appointments.models import Appointment
from backend.appointments.queries.visits import get_visit_for, visits_for
from backend.appointments.querysets import AppointmentQuerySet
from backend.common.access import Actor
from backend.common.errors import EtagMismatch, NotFound, PermissionDenied

Changes = Callable[[Appointment, datetime], Mapping[str, Any]]


def step(
    actor: Actor,
    *,
    appointment_id: uuid.UUID,
    to: Status,
    expected_version: int | None = None,
    changes: Changes = lambda _visit, _now: {},
    reason: str = "",
) -> Appointment:
    """Take a visit to its next state. `changes` works out further columns, behind the door, and may refuse.

    Raises NotFound (not to be seen), PermissionDenied (seen, but not this step), EtagMismatch, InvalidTransition,
    Unavailable.
    """
    visit = get_visit_for(actor, appointment_id)
    permitted = visits_for(actor, STEPS[to].permission).filter(pk=visit.pk)
    if not permitted.exists():
        raise PermissionDenied

    def attempt() -> Appointment:
        with door(**visit.resources) as now:
            current = _still(permitted, expected_version)
            take_step(actor, visit=current, to=to, at=now, reason=reason, changes=changes(current, now))
            return current

    return Patience().run(attempt)


def _still(permitted: AppointmentQuerySet, expected_version: int | None) -> Appointment:
    visit: Appointment | None = permitted.first()
    if visit is None:  # moved meanwhile to a clinic where the caller may not
        raise NotFound
    if expected_version not in (None, visit.version):
        raise EtagMismatch
    return visit
