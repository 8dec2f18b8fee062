"""Series as a caller may see them: by their visits."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.appointments.models import Series
from backend.appointments.queries.seen import SeenVisit
from backend.appointments.queries.series_conflicts import Conflict
from backend.appointments.queries.visits import shown_visits_for
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission


@dataclass(frozen=True, slots=True)
class SeenSeries:
    """A series, and those of its visits that the caller may see, by start."""

    row: Series
    visits: Sequence[SeenVisit]
    actor: Actor

    @property
    def fee_if_now_minor(self) -> int:
        """What cancelling what the caller may cancel would cost at this moment."""
        return sum(visit.fee_if_now_minor for visit in self.visits)

    @property
    def conflicts(self) -> list[dict[str, Any]]:
        """What could not be booked: all of it for the family, what was wanted at their clinics for staff."""
        read = Permission.APPOINTMENT_READ
        is_family = self.row.patient_id in self.actor.own_patients(read)
        kept = (Conflict.of(conflict) for conflict in self.row.conflicts)
        return [one.told() for one in kept if is_family or self.actor.may(read, clinic_id=one.clinic_id)]


def see_series(actor: Actor, series_id: uuid.UUID) -> SeenSeries:
    """A series of which the caller may see at least one visit, as it is at this moment. Raises NotFound."""
    found = shown_visits_for(actor).filter(series_id=series_id).select_related("series").annotate(now=clock.Present())
    visits = list(found.order_by("starts_at", "pk"))
    if not visits or visits[0].series is None:
        raise NotFound
    return SeenSeries(visits[0].series, [SeenVisit(visit, actor, visit.now) for visit in visits], actor)
