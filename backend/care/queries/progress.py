"""How a course goes: its sessions, whether gaps were kept, pain over time, and what is published (D15 to D17)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.care.enums import RecordStatus
from backend.care.models import Course, SessionRecord
from backend.care.queries.course_sessions import COUNTING, local_date
from backend.care.queries.courses import SeenCourse, see_course
from backend.common import walltime
from backend.common.access import Actor

# Of the chain's page on IMS for lower back pain; shown beside a course's own figures, never a target (D15).
PUBLISHED_AVERAGE, TYPICAL_FROM, TYPICAL_UNTIL = 8.2, 8, 10


@dataclass(frozen=True, slots=True)
class Felt:
    """What a session's record says, from 0 to 10."""

    pain_before: int | None = None
    pain_after: int | None = None
    function_score: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A visit of the course. `number` counts what stands for a session; the gap is to the session before it."""

    row: Appointment
    number: int | None
    gap_days: int | None
    is_gap_kept: bool | None
    felt: Felt

    @property
    def starts_at(self) -> datetime:
        """The start with the clinic's offset, so that its text shows the wall time."""
        return self.row.starts_at.astimezone(walltime.zone(self.row.timezone))


@dataclass(frozen=True, slots=True)
class Progress:
    """A course and its sessions by start, those cancelled or missed among them."""

    course: SeenCourse
    sessions: Sequence[Session]

    @property
    def gaps_kept(self) -> int:
        """How many of the gaps between sessions that are over were within the course's bounds."""
        return sum(bool(one.is_gap_kept) for one in self._over)

    @property
    def gaps_counted(self) -> int:
        """How many gaps there are between sessions that are over."""
        return sum(one.is_gap_kept is not None for one in self._over)

    @property
    def sessions_missed(self) -> int:
        """How many visits of the course the patient did not come to."""
        return sum(one.row.status == Status.NO_SHOW for one in self.sessions)

    @property
    def _over(self) -> list[Session]:
        return [one for one in self.sessions if one.row.status == Status.COMPLETED]


def progress_of(actor: Actor, course_id: uuid.UUID) -> Progress:
    """How a course goes that the caller may see; without what was felt for those who plan visits only. A constant
    number of statements. Raises NotFound."""
    seen = see_course(actor, course_id)
    visits = Appointment.objects.filter(course_visits__course_id=course_id)
    rows = list(visits.select_related("clinic", "practitioner").order_by("starts_at", "pk"))
    felt: Mapping[uuid.UUID, Felt] = {} if seen.is_redacted else _felt(rows)
    sessions: list[Session] = []
    before: date | None = None
    number = 0
    for row in rows:
        if row.status not in COUNTING:
            sessions.append(Session(row, None, None, None, Felt()))
            continue
        number += 1
        gap = (local_date(row) - before).days if before else None
        sessions.append(Session(row, number, gap, _is_kept(seen.row, gap), felt.get(row.pk, Felt())))
        before = local_date(row)
    return Progress(seen, sessions)


def _is_kept(course: Course, gap: int | None) -> bool | None:
    return None if gap is None else course.min_gap_days <= gap <= course.max_gap_days


def _felt(visits: Sequence[Appointment]) -> dict[uuid.UUID, Felt]:
    names = ("pain_before", "pain_after", "function_score")
    signed = SessionRecord.objects.filter(appointment__in=visits, status=RecordStatus.SIGNED)
    return {key: Felt(*felt) for key, *felt in signed.values_list("appointment_id", *names)}
