"""Planning the visits of a course: a dry run, nothing is held or booked."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from backend.appointments.actions.plan_series import SeriesPlan, Where, plan_series
from backend.appointments.enums import DayPart
from backend.appointments.queries.planned import PlannedVisit
from backend.appointments.rules.series import SeriesWish
from backend.care.enums import PlanWarning
from backend.care.errors import CourseFull
from backend.care.queries.clearances import longest_clearance
from backend.care.queries.course_rights import get_course_to_book
from backend.care.queries.course_sessions import local_date, sessions_of
from backend.care.queries.courses import SeenCourse, as_seen_by
from backend.common import clock
from backend.common.access import Actor
from backend.patients.models import Clearance


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseWish:
    """What is wished of the visits to come; no count: all that are left. No clinics: that of the course. No
    practitioners: who leads the course, and others where that is not enough."""

    count: int | None = None
    clinic_ids: tuple[uuid.UUID, ...] = ()
    practitioner_ids: tuple[uuid.UUID, ...] = ()
    from_date: date | None = None
    weekdays: frozenset[int] = frozenset()
    day_parts: frozenset[DayPart] = frozenset()
    only_preferred: bool = False


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """The proposal, until when it is covered, and why it is not what was wished, if it is not."""

    plan: SeriesPlan
    visits: Sequence[PlannedVisit]
    covered_until: date | None
    warnings: Sequence[PlanWarning]


def plan_course(actor: Actor, *, course_id: uuid.UUID, wish: CourseWish) -> CoursePlan:
    """Propose visits after those that the course has, within its gaps and as far as its clearance reaches (R14).

    Raises NotFound, PermissionDenied, CourseIsClosed, CourseFull, and ValidationFailed for gaps that the service does
    not allow.
    """
    seen = as_seen_by(actor, get_course_to_book(actor, course_id))
    if not seen.sessions_left or (wish.count or 0) > seen.sessions_left:
        raise CourseFull
    last = max(map(local_date, sessions_of(seen.row)), default=None)
    series = _series_wish(seen, wish, last)
    plan = _plan(actor, seen, wish, series)
    clearance = _clearance(seen, plan)
    reach = clearance.valid_until if clearance else None
    covered = [visit for visit in plan.visits if reach and date.fromordinal(visit.option.day) <= reach]
    return CoursePlan(plan, covered, reach, list(_warnings(seen, plan, covered, reach, last)))


def _series_wish(seen: SeenCourse, wish: CourseWish, last: date | None) -> SeriesWish:
    course, today = seen.row, clock.now().date()
    first = max(wish.from_date or today, last + timedelta(days=course.min_gap_days) if last else today)
    plain: dict[str, Any] = {name: getattr(wish, name) for name in ("weekdays", "day_parts", "only_preferred")}
    return SeriesWish(
        count=wish.count or seen.sessions_left,
        min_gap_days=course.min_gap_days,
        max_gap_days=course.max_gap_days,
        from_date=first,
        **plain,
    )


def _plan(actor: Actor, seen: SeenCourse, wish: CourseWish, series: SeriesWish) -> SeriesPlan:
    course = seen.row
    leader = (course.practitioner_id,)
    where = Where(
        service_id=course.service_id,
        clinic_ids=wish.clinic_ids or (course.clinic_id,),
        practitioner_ids=wish.practitioner_ids or leader,
    )
    plan = plan_series(actor, where=where, wish=series, patient_id=course.patient_id)
    if wish.practitioner_ids or len(plan.visits) == series.count:
        return plan
    others = plan_series(actor, where=replace(where, practitioner_ids=()), wish=series, patient_id=course.patient_id)
    return others if len(others.visits) > len(plan.visits) else plan


def _clearance(seen: SeenCourse, plan: SeriesPlan) -> Clearance | None:
    course, today = seen.row, plan.facts.now.date()
    return longest_clearance(patient_id=course.patient_id, service=course.service, region=course.region, on=today)


def _warnings(
    seen: SeenCourse, plan: SeriesPlan, covered: Sequence[PlannedVisit], reach: date | None, last: date | None
) -> Iterator[PlanWarning]:
    days = [date.fromordinal(visit.option.day) for visit in covered]
    if len(covered) < plan.wish.count:
        # Had it reached further, the next visit could have been as late as the longest gap allows.
        latest = (days[-1] if days else plan.wish.from_date) + timedelta(days=plan.wish.max_gap_days)
        is_short = reach is None or latest > reach
        yield PlanWarning.CLEARANCE_TOO_SHORT if is_short else PlanWarning.CALENDAR_FULL
    if any(visit.option.practitioner_id != seen.row.practitioner_id for visit in covered):
        yield PlanWarning.OTHER_PRACTITIONER
    if last and days and days[0] - last > timedelta(days=seen.row.max_gap_days):
        yield PlanWarning.GAP_TOO_LONG
