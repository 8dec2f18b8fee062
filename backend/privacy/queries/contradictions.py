"""What two records have that one person cannot have twice: somebody settles it before they become one."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backend.appointments.enums import BLOCKING_STATUSES, HOLD_STATUSES
from backend.appointments.models import Appointment, WaitlistEntry
from backend.care.enums import OPEN_STATUSES
from backend.care.models import Course
from backend.privacy.enums import ContradictionKind
from backend.privacy.models import PatientMerge

MOST = 50


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One row of the survivor and one of the duplicate."""

    kind: ContradictionKind
    survivor_row_id: uuid.UUID
    duplicate_row_id: uuid.UUID


def contradictions_of(merge: PatientMerge) -> list[Contradiction]:
    """At most MOST of them, in three statements."""
    return [*_overlaps(merge), *_courses(merge), *_waiting(merge)][:MOST]


def _overlaps(merge: PatientMerge) -> list[Contradiction]:
    visits = Appointment.objects.filter(patient__in=_both(merge), status__in=BLOCKING_STATUSES)
    mine, others = _sides(merge, visits.order_by("starts_at", "pk"))
    return [
        Contradiction(_kind(one, other), one.pk, other.pk)
        for one in mine
        for other in others
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]


def _kind(*visits: Appointment) -> ContradictionKind:
    is_hold = any(visit.status in HOLD_STATUSES for visit in visits)
    return ContradictionKind.HOLD if is_hold else ContradictionKind.VISIT


def _courses(merge: PatientMerge) -> list[Contradiction]:
    courses = Course.objects.filter(patient__in=_both(merge), status__in=OPEN_STATUSES).order_by("pk")
    mine, others = _sides(merge, courses)
    return [
        Contradiction(ContradictionKind.COURSE, one.pk, other.pk)
        for one in mine
        for other in others
        if (one.service_id, one.region) == (other.service_id, other.region)
    ]


def _waiting(merge: PatientMerge) -> list[Contradiction]:
    mine, others = _sides(merge, WaitlistEntry.objects.live().filter(patient__in=_both(merge)).order_by("pk"))
    return [
        Contradiction(ContradictionKind.WAITLIST_ENTRY, one.pk, other.pk)
        for one in mine
        for other in others
        if one.service_id == other.service_id
    ]


def _both(merge: PatientMerge) -> list[uuid.UUID]:
    return [merge.survivor_id, merge.duplicate_id]


def _sides(merge: PatientMerge, rows: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    found: defaultdict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found[merge.survivor_id], found[merge.duplicate_id]
