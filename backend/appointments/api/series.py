"""Series of visits, over HTTP."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from backend.appointments.actions.book_series import SeriesVisit, book_series
from backend.appointments.actions.cancel_series import cancel_series
from backend.appointments.actions.plan_series import SeriesPlan, Where, plan_series
from backend.appointments.api.series_shapes import Series, SeriesCancelRequest, SeriesPlanRequest, SeriesRequest
from backend.appointments.api.series_shapes import SeriesPlan as SeriesPlanShape
from backend.appointments.enums import CancelReason, DayPart
from backend.appointments.errors import EmailNotVerified, FeeChanged, SeriesConflict
from backend.appointments.queries.planned import as_shown
from backend.appointments.queries.series import SeenSeries, see_series
from backend.appointments.rules.series import SeriesWish
from backend.audit.reading import note_reading
from backend.common import clock
from backend.common.errors import NotFound, PermissionDenied, RangeTooLong
from backend.common.http.operations import Call, Idempotency, Operation, Reply
from backend.common.permissions import Permission
from backend.patients.errors import PatientMerged


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
    raises = (NotFound, PermissionDenied, PatientMerged)

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


class BookSeries(Operation):
    """Book several visits together.

    The list that was shown, of planSeries or put together from listSlots. All of them in one transaction, or none:
    then the answer is `series_conflict`, which names each visit that is refused, the rules, and the nearest starts that
    go with the others. With `accept_partial` those that can be booked are. Each visit is asked about as if those
    before it were booked, so spacing binds within the series. Texts that the patient has yet to agree to
    (`consent_needed`) are for createConsent, beforehand. Send the same Idempotency-Key when you retry. Soft rules
    cannot be set aside here; use createAppointment.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = SeriesRequest
    returns = Series
    status = 201
    idempotency = Idempotency.REQUIRED
    budget = "book"
    rerender = True
    raises = (NotFound, PermissionDenied, EmailNotVerified, PatientMerged, RangeTooLong, SeriesConflict)

    def handle(self, call: Call) -> Reply:
        """Patients, guardians, and staff of every clinic named."""
        body = dict(call.body)
        visits = [SeriesVisit(**visit) for visit in body.pop("visits")]
        series = book_series(call.actor, visits=visits, **body)
        return Reply(see_series(call.actor, series.pk), location=f"/v1/series/{series.pk}", resource_id=series.pk)

    def reload(self, call: Call, resource_id: uuid.UUID) -> SeenSeries:
        """The series as it is now."""
        return see_series(call.actor, resource_id)


class GetSeries(Operation):
    """Read a series.

    Its visits as they are by now, moved or cancelled ones among them. Whoever may see one of them sees the series,
    and of it the visits they may see.
    """

    permission = Permission.APPOINTMENT_READ
    returns = Series

    def handle(self, call: Call, series_id: uuid.UUID) -> Reply:
        """Signed in; another's series is as if absent."""
        seen = see_series(call.actor, series_id)
        note_reading(call.actor, "series.read", patient_ids=[seen.row.patient_id])
        return Reply(seen)


class CancelSeries(Operation):
    """Cancel what is left of a series.

    All visits to come that the caller may cancel, in one transaction, each by the policy it was booked under.
    What has begun, is over or was cancelled before stays as it is; with nothing left nothing changes. Send
    `fee_if_now_minor` of the series as `expected_fee_minor`, so that nobody pays a fee they were not told.
    """

    permission = Permission.APPOINTMENT_CANCEL
    accepts = SeriesCancelRequest
    returns = Series
    rerender = True
    raises = (PermissionDenied, FeeChanged)

    def handle(self, call: Call, series_id: uuid.UUID) -> Reply:
        """The patient, a guardian, or staff of a clinic where a visit is."""
        body = dict(call.body)
        reason = CancelReason(body.pop("reason_code").value)
        cancel_series(call.actor, series_id=series_id, reason=reason, **body)
        return Reply(see_series(call.actor, series_id), resource_id=series_id)

    def reload(self, call: Call, resource_id: uuid.UUID) -> SeenSeries:
        """The series as it is now."""
        return see_series(call.actor, resource_id)


def _wish(
    *, weekdays: Iterable[int], day_parts: Iterable[DayPart], from_date: date | None = None, **plain: Any
) -> SeriesWish:
    first = from_date or clock.now().date()
    return SeriesWish(weekdays=frozenset(weekdays), day_parts=frozenset(day_parts), from_date=first, **plain)


def _told(plan: SeriesPlan) -> dict[str, Any]:
    gate = plan.gate
    return {
        "service_id": plan.facts.service.id,
        "patient_id": plan.patient_id,
        "min_gap_days": plan.wish.min_gap_days,
        "gate": {"status": gate.status, "code": gate.code, "next_service_id": gate.next_service_id},
        "is_complete": len(plan.visits) == plan.wish.count,
        "visits": as_shown(plan.visits, plan.facts),
    }
