"""When practitioners work every week."""

import uuid
from typing import cast

from backend.clinics.consequences import Outcome
from backend.common.http.affected import DryRunQuery
from backend.common.http.changes import Removed, changed
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.practitioners import models
from backend.practitioners.actions.add_working_hours import add_working_hours
from backend.practitioners.actions.change_working_hours import change_working_hours
from backend.practitioners.actions.remove_working_hours import remove_working_hours
from backend.practitioners.api.hour_shapes import WorkingHours, WorkingHoursChangesRequest, WorkingHoursRequest
from backend.practitioners.errors import WorksThen
from backend.practitioners.facts import WorkingHoursFacts
from backend.practitioners.queries.files import get_part_for, parts_of


class ListWorkingHours(Operation):
    """List the working hours of a practitioner.

    At every clinic, by weekday and time, those that are over or yet to come among them.
    """

    permission = Permission.PRACTITIONER_READ
    query = PageQuery
    returns = page_of(WorkingHours)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        rows = parts_of(call.actor, models.WorkingHours, practitioner_id)
        return paginate(call, rows, order=["weekday", "from_minute", "valid_from", "id"])


class CreateWorkingHours(Operation):
    """Have a practitioner work on a weekday.

    Several spans a day make a break; `valid_from` and `valid_until` bound the dates. Nobody is at two places at once:
    hours of a weekday that hold on the same date must not overlap, whatever the clinics, nor extra hours elsewhere.
    """

    permission = Permission.SCHEDULE_MANAGE
    query = DryRunQuery
    accepts = WorkingHoursRequest
    returns = changed(WorkingHours)
    status = 201
    raises = (WorksThen,)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        dry_run = call.query.get("dry_run", False)
        facts = cast(WorkingHoursFacts, call.body)
        made = add_working_hours(call.actor, practitioner_id=practitioner_id, facts=facts, dry_run=dry_run)
        return Reply(Outcome(made), location=f"/v1/working-hours/{made.pk}")


class GetWorkingHours(Operation):
    """Read one span of working hours.

    As listWorkingHours shows it, with the etag that a change of it needs.
    """

    permission = Permission.PRACTITIONER_READ
    returns = WorkingHours

    def handle(self, call: Call, hours_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        return Reply(get_part_for(call.actor, models.WorkingHours, hours_id))


class UpdateWorkingHours(Operation):
    """Change a span of working hours.

    Past dates included: to keep what was, end the span with `valid_until` and make another. Booked visits stay booked;
    those that lie outside hours now are named.
    """

    permission = Permission.SCHEDULE_MANAGE
    query = DryRunQuery
    accepts = WorkingHoursChangesRequest
    returns = changed(WorkingHours)
    raises = (WorksThen,)

    def handle(self, call: Call, hours_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        found = change_working_hours(
            call.actor,
            hours_id=hours_id,
            changes=cast(WorkingHoursFacts, call.body),
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)


class DeleteWorkingHours(Operation):
    """Remove a span of working hours.

    Booked visits stay booked; those that lie outside hours now are named in the answer.
    """

    permission = Permission.SCHEDULE_MANAGE
    query = DryRunQuery
    returns = Removed

    def handle(self, call: Call, hours_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        dry_run = call.query.get("dry_run", False)
        affected = remove_working_hours(
            call.actor, hours_id=hours_id, expected_version=call.expected_version, dry_run=dry_run
        )
        return Reply({"affected_appointments": affected})
