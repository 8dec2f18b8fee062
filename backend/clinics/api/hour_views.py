"""Setting up when clinics are open."""

import uuid
from typing import cast

from backend.clinics import models
from backend.clinics.actions.add_closure import add_closure
from backend.clinics.actions.add_opening_hours import add_opening_hours
from backend.clinics.actions.change_closure import change_closure
from backend.clinics.actions.change_opening_hours import change_opening_hours
from backend.clinics.actions.close_province import close_province
from backend.clinics.actions.remove_closure import remove_closure
from backend.clinics.actions.remove_opening_hours import remove_opening_hours
from backend.clinics.api.hour_shapes import (
    Closure,
    ClosureChangesRequest,
    ClosureRequest,
    OpeningHours,
    OpeningHoursChangesRequest,
    OpeningHoursRequest,
    ProvinceClosureRequest,
    ProvinceClosures,
)
from backend.clinics.consequences import Outcome
from backend.clinics.errors import HoursOverlap
from backend.clinics.facts import ClosureFacts, HoursFacts
from backend.clinics.queries.setup import get_row_for, rows_at
from backend.common.http.affected import DryRunQuery
from backend.common.http.changes import Removed, changed
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission


class ListOpeningHours(Operation):
    """List the opening hours of a clinic.

    By weekday and time, those that are over or yet to come among them.
    """

    permission = Permission.CLINIC_MANAGE
    query = PageQuery
    returns = page_of(OpeningHours)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        return paginate(
            call,
            rows_at(call.actor, models.OpeningHours, clinic_id),
            order=["weekday", "from_minute", "valid_from", "id"],
        )


class CreateOpeningHours(Operation):
    """Open a clinic on a weekday.

    Several spans a day make a break; `valid_from` and `valid_until` bound the dates. Spans of a weekday that hold
    on the same date must not overlap.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = OpeningHoursRequest
    returns = changed(OpeningHours)
    status = 201
    raises = (HoursOverlap,)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        dry_run = call.query.get("dry_run", False)
        made = add_opening_hours(call.actor, clinic_id=clinic_id, facts=cast(HoursFacts, call.body), dry_run=dry_run)
        return Reply(Outcome(made), location=f"/v1/opening-hours/{made.pk}")


class GetOpeningHours(Operation):
    """Read one span of opening hours.

    As listOpeningHours shows it, with the etag that a change of it needs.
    """

    permission = Permission.CLINIC_MANAGE
    returns = OpeningHours

    def handle(self, call: Call, hours_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        return Reply(get_row_for(call.actor, models.OpeningHours, hours_id))


class UpdateOpeningHours(Operation):
    """Change a span of opening hours.

    Past dates included: to keep what was, end the span with `valid_until` and make another. Booked visits stay booked;
    those that lie outside hours now are named.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = OpeningHoursChangesRequest
    returns = changed(OpeningHours)
    raises = (HoursOverlap,)

    def handle(self, call: Call, hours_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        found = change_opening_hours(
            call.actor,
            hours_id=hours_id,
            changes=cast(HoursFacts, call.body),
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)


class DeleteOpeningHours(Operation):
    """Remove a span of opening hours.

    Booked visits stay booked; those that lie outside hours now are named in the answer.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    returns = Removed

    def handle(self, call: Call, hours_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        dry_run = call.query.get("dry_run", False)
        affected = remove_opening_hours(
            call.actor, hours_id=hours_id, expected_version=call.expected_version, dry_run=dry_run
        )
        return Reply({"affected_appointments": affected})


class ListClosures(Operation):
    """List the closures of a clinic.

    By date, past ones among them.
    """

    permission = Permission.CLINIC_MANAGE
    query = PageQuery
    returns = page_of(Closure)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        return paginate(call, rows_at(call.actor, models.Closure, clinic_id), order=["first_date", "from_minute", "id"])


class CreateClosure(Operation):
    """Shut a clinic on some dates.

    All day, or between two wall times of each date. Booked visits stay booked; those on these dates are named.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = ClosureRequest
    returns = changed(Closure)
    status = 201

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        dry_run = call.query.get("dry_run", False)
        found = add_closure(call.actor, clinic_id=clinic_id, facts=cast(ClosureFacts, call.body), dry_run=dry_run)
        return Reply(found, location=f"/v1/closures/{found.row.pk}")


class GetClosure(Operation):
    """Read one closure.

    As listClosures shows it, with the etag that a change of it needs.
    """

    permission = Permission.CLINIC_MANAGE
    returns = Closure

    def handle(self, call: Call, closure_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        return Reply(get_row_for(call.actor, models.Closure, closure_id))


class UpdateClosure(Operation):
    """Change a closure.

    Booked visits stay booked; those that the clinic is shut for now are named.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = ClosureChangesRequest
    returns = changed(Closure)

    def handle(self, call: Call, closure_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        found = change_closure(
            call.actor,
            closure_id=closure_id,
            changes=cast(ClosureFacts, call.body),
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)


class DeleteClosure(Operation):
    """Take a closure back.

    The clinic is open again on those dates, as its hours say. This breaks no visits.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    returns = Removed

    def handle(self, call: Call, closure_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        dry_run = call.query.get("dry_run", False)
        affected = remove_closure(
            call.actor, closure_id=closure_id, expected_version=call.expected_version, dry_run=dry_run
        )
        return Reply({"affected_appointments": affected})


class CloseProvince(Operation):
    """Shut all clinics of a province on its holidays.

    Every active clinic there that the caller manages, all day on each date; all of them or, on any refusal, none. A
    clinic that is shut all of such a day already is passed over, so repeating the call is harmless.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = ProvinceClosureRequest
    returns = ProvinceClosures

    def handle(self, call: Call) -> Reply:
        """Those who manage clinics."""
        found = close_province(call.actor, **call.body, dry_run=call.query.get("dry_run", False))
        return Reply({"row": found.row, "affected_appointments": found.affected})
