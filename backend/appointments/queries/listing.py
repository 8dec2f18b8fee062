"""Lists of visits."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from backend.appointments.enums import BLOCKING_STATUSES
from backend.appointments.queries.visits import shown_visits_for
from backend.appointments.querysets import AppointmentQuerySet
from backend.common.access import Actor


def list_visits(
    actor: Actor,
    *,
    now: datetime,
    upcoming: bool | None = None,
    clinic_ids: Sequence[uuid.UUID] = (),
    practitioner_ids: Sequence[uuid.UUID] = (),
    patient_ids: Sequence[uuid.UUID] = (),
    statuses: Sequence[str] = (),
    from_date: date | None = None,
    to_date: date | None = None,
    updated_since: datetime | None = None,
) -> AppointmentQuerySet:
    """The visits the caller may see, narrowed. `upcoming` is those still to end and not called off; False, all others.

    Dates are local dates at the clinic: they are compared with the promise, not with the instant.
    """
    narrowing = Q()
    if upcoming is not None:
        still_to_come = Q(ends_at__gt=now, status__in=BLOCKING_STATUSES)
        narrowing &= still_to_come if upcoming else ~still_to_come
    for column, values in (
        ("clinic_id", clinic_ids),
        ("practitioner_id", practitioner_ids),
        ("patient_id", patient_ids),
        ("status", statuses),
    ):
        if values:
            narrowing &= Q(**{f"{column}__in": list(values)})
    if from_date:
        narrowing &= Q(local_start__gte=from_date.isoformat())
    if to_date:
        narrowing &= Q(local_start__lt=(to_date + timedelta(days=1)).isoformat())
    if updated_since:
        narrowing &= Q(updated_at__gte=updated_since)
    return shown_visits_for(actor).filter(narrowing)
