"""Series of visits, over HTTP."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from backend.appointments.actions.plan_series import SeriesPlan, Where, plan_series
from backend.appointments.api.series_shapes import SeriesPlan as SeriesPlanShape
from backend.appointments.api.series_shapes import SeriesPlanRequest
from backend.appointments.enums import DayPart
from backend.appointments.rules.series import SeriesWish
from backend.common import clock, walltime
from backend.common.errors import NotFound, PermissionDenied
from backend.common.http.operations import Call, Operation, Reply
from backend.common.permissions import Permission


class PlanSeries(Operation):
    """Plan a series of visits.

    Proposes as many visits as are wanted, one after the other within the gaps, and changes nothing. Weekdays and
    parts of the day are kept if they can be, then the practitioner and the clinic, then the series is over as soon as
    it can be. The visits go together: spacing and the patient's other visits are respected. Show them, let people
    swap some for `alternatives`, and send the list to bookSeries.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = SeriesPlanRequest
    returns = SeriesPlanShape
    budget = "plan"
    raises = (NotFound, PermissionDenied)

    def handle(self, call: Call) -> Reply:
        """Patients, guardians, and staff of every clinic named."""
        body = dict(call.body)
        where = Where(
            service_id=body.pop("service_id"),
            clinic_ids=tuple(body.pop("clinic_ids")),
            practitioner_ids=tuple(body.pop("practitioner_ids")),
        )
        patient_id = body.pop("patient_id", None)
        plan = plan_series(call.actor, where=where, wish=_wish(**body), patient_id=patient_id)
        return Reply(_told(plan))


def _wish(
    *, weekdays: Iterable[int], day_parts: Iterable[DayPart], from_date: date | None = None, **plain: Any
) -> SeriesWish:
    first = from_date or clock.now().date()
    return SeriesWish(weekdays=frozenset(weekdays), day_parts=frozenset(day_parts), from_date=first, **plain)


def _told(plan: SeriesPlan) -> dict[str, Any]:
    zones = {place.clinic.id: place.clinic.zone for place in plan.facts.places}

    def by_the_clock(minute: int, clinic_id: uuid.UUID) -> datetime:
        return walltime.instant_of(minute).astimezone(zones[clinic_id])

    gate = plan.gate
    return {
        "service_id": plan.facts.service.id,
        "patient_id": plan.patient_id,
        "min_gap_days": plan.wish.min_gap_days,
        "gate": {"status": gate.status, "code": gate.code, "next_service_id": gate.next_service_id},
        "is_complete": len(plan.visits) == plan.wish.count,
        "visits": [
            {
                "starts_at": by_the_clock(visit.option.start, visit.option.clinic_id),
                "clinic_id": visit.option.clinic_id,
                "practitioner_id": visit.option.practitioner_id,
                "is_as_preferred": visit.is_as_preferred,
                "alternatives": [
                    {
                        "starts_at": by_the_clock(other.start, other.clinic_id),
                        "clinic_id": other.clinic_id,
                        "timezone": zones[other.clinic_id].key,
                        "practitioner_ids": other.practitioner_ids,
                    }
                    for other in visit.alternatives
                ],
            }
            for visit in plan.visits
        ],
    }
