"""When practitioners work more than every week, or not at all."""

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
from backend.practitioners.actions.add_extra_hours import add_extra_hours
from backend.practitioners.actions.add_time_off import add_time_off
from backend.practitioners.actions.change_time_off import change_time_off
from backend.practitioners.actions.remove_extra_hours import remove_extra_hours
from backend.practitioners.actions.remove_time_off import remove_time_off
from backend.practitioners.api.hour_shapes import (
    ExtraHours,
    ExtraHoursRequest,
    TimeOff,
    TimeOffChangesRequest,
    TimeOffRequest,
)
from backend.practitioners.errors import WorksThen
from backend.practitioners.facts import ExtraHoursFacts, TimeOffFacts
from backend.practitioners.queries.files import get_part_for, parts_of


class ListExtraHours(Operation):
    """List the extra hours of a practitioner.

    At every clinic, by date, past ones among them.
    """

    permission = Permission.PRACTITIONER_READ
    query = PageQuery
    returns = page_of(ExtraHours)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        rows = parts_of(call.actor, models.ExtraHours, practitioner_id)
        return paginate(call, rows, order=["date", "from_minute", "id"])


class CreateExtraHours(Operation):
    """Have a practitioner work more on one date.

    Beyond the weekly hours. To change extra hours, remove them and make others. Nobody is at two places at once: they
    must not overlap hours at another clinic on that date, weekly or extra.
    """

    permission = Permission.SCHEDULE_MANAGE
    query = DryRunQuery
    accepts = ExtraHoursRequest
    returns = changed(ExtraHours)
    status = 201
    raises = (WorksThen,)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        dry_run = call.query.get("dry_run", False)
        facts = cast(ExtraHoursFacts, call.body)
        made = add_extra_hours(call.actor, practitioner_id=practitioner_id, facts=facts, dry_run=dry_run)
        return Reply(Outcome(made), location=f"/v1/extra-hours/{made.pk}")


class GetExtraHours(Operation):
    """Read one span of extra hours.

    As listExtraHours shows it, with the etag that its removal needs.
    """

    permission = Permission.PRACTITIONER_READ
    returns = ExtraHours

    def handle(self, call: Call, hours_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        return Reply(get_part_for(call.actor, models.ExtraHours, hours_id))


class DeleteExtraHours(Operation):
    """Take extra hours back.

    Booked visits stay booked; those that lie outside hours now are named in the answer.
    """

    permission = Permission.SCHEDULE_MANAGE
    query = DryRunQuery
    returns = Removed

    def handle(self, call: Call, hours_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        dry_run = call.query.get("dry_run", False)
        affected = remove_extra_hours(
            call.actor, hours_id=hours_id, expected_version=call.expected_version, dry_run=dry_run
        )
        return Reply({"affected_appointments": affected})


class ListTimeOff(Operation):
    """List the time off of a practitioner.

    By date, past ones among them.
    """

    permission = Permission.PRACTITIONER_READ
    query = PageQuery
    returns = page_of(TimeOff)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        rows = parts_of(call.actor, models.TimeOff, practitioner_id)
        return paginate(call, rows, order=["first_date", "from_minute", "id"])


class CreateTimeOff(Operation):
    """Have a practitioner be away.

    All day, or between two wall times of each date; from one clinic or from all of them. Booked visits stay booked;
    those on these dates are named.
    """

    permission = Permission.SCHEDULE_MANAGE
    query = DryRunQuery
    accepts = TimeOffRequest
    returns = changed(TimeOff)
    status = 201

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Those who manage the clinic; without one, a clinic of theirs."""
        found = add_time_off(
            call.actor,
            practitioner_id=practitioner_id,
            facts=cast(TimeOffFacts, call.body),
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found, location=f"/v1/time-off/{found.row.pk}")


class GetTimeOff(Operation):
    """Read one time off.

    As listTimeOff shows it, with the etag that a change of it needs.
    """

    permission = Permission.PRACTITIONER_READ
    returns = TimeOff

    def handle(self, call: Call, time_off_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        return Reply(get_part_for(call.actor, models.TimeOff, time_off_id))


class UpdateTimeOff(Operation):
    """Change time off.

    Booked visits stay booked; those that fall into it now are named.
    """

    permission = Permission.SCHEDULE_MANAGE
    query = DryRunQuery
    accepts = TimeOffChangesRequest
    returns = changed(TimeOff)

    def handle(self, call: Call, time_off_id: uuid.UUID) -> Reply:
        """Those who manage its clinic; without one, a clinic of theirs."""
        found = change_time_off(
            call.actor,
            time_off_id=time_off_id,
            changes=cast(TimeOffFacts, call.body),
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)


class DeleteTimeOff(Operation):
    """Take time off back.

    They work on those dates after all, as their hours say. This breaks no visits.
    """

    permission = Permission.SCHEDULE_MANAGE
    query = DryRunQuery
    returns = Removed

    def handle(self, call: Call, time_off_id: uuid.UUID) -> Reply:
        """Those who manage its clinic; without one, a clinic of theirs."""
        dry_run = call.query.get("dry_run", False)
        affected = remove_time_off(
            call.actor, time_off_id=time_off_id, expected_version=call.expected_version, dry_run=dry_run
        )
        return Reply({"affected_appointments": affected})
