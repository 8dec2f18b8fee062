"""Check-ins after a visit: when they are due, what was answered, and who may know it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from backend.appointments.models import Appointment
from backend.care.aftercare import LAST, Due, due_after
from backend.care.enums import CheckInState
from backend.care.models import CheckIn, CheckInCall
from backend.care.queries.health import sees_health_of
from backend.care.rules import TAKES_PLACE
from backend.clinics.models import Clinic
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.common.walltime import zone

# For how long after the last window somebody is asked to call; rounds missed for longer are let go.
_LATE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class SeenCheckIn:
    """A point after a visit, with the answer if there is one; `is_redacted`: who looks may not know what it says."""

    visit: Appointment
    due: Due
    state: CheckInState
    answer: CheckIn | None
    is_redacted: bool

    @property
    def opens_at(self) -> datetime:
        """From when it can be answered, by the clinic's clock."""
        return self.due.opens_at.astimezone(zone(self.visit.timezone))

    @property
    def closes_at(self) -> datetime:
        """Until when it can be answered, by the clinic's clock."""
        return self.due.closes_at.astimezone(zone(self.visit.timezone))

    @property
    def alarms(self) -> list[str]:
        """What is alarming, for who may know it."""
        return self.shown.alarms if self.shown else []

    @property
    def shown(self) -> CheckIn | None:
        """The answer, for who may know it."""
        return None if self.is_redacted else self.answer


def is_asked_after(visit: Appointment) -> bool:
    """Whether the patient is asked how they are: after needles, once the visit takes place."""
    return visit.service.needs_screening and visit.status in TAKES_PLACE


def check_ins_of(actor: Actor, visit: Appointment) -> list[SeenCheckIn]:
    """Every point after a visit that the caller may see; none where the patient is not asked."""
    if not is_asked_after(visit):
        return []
    answers = {row.point: row for row in CheckIn.objects.filter(appointment=visit)}
    now, may_know = clock.now(), sees_health_of(actor, visit)
    return [
        SeenCheckIn(visit, due, _state(due, answers.get(due.point), now), answers.get(due.point), not may_know)
        for due in due_after(visit.ends_at)
    ]


def get_check_in_for(actor: Actor, check_in_id: object) -> CheckIn:
    """One answer after a visit for which the caller may answer. Raises NotFound."""
    found = CheckIn.objects.visible_to(actor, Permission.CHECK_IN_ANSWER).select_related("appointment__clinic")
    row: CheckIn | None = found.filter(pk=check_in_id).first()
    if row is None:
        raise NotFound
    return row


def due_now(now: datetime) -> list[tuple[Appointment, Due]]:
    """The check-ins that can be answered at this instant and that nobody was called for."""
    found = [
        (visit, due)
        for visit in _asked_after(now - LAST, now)
        for due in due_after(visit.ends_at)
        if due.opens_at <= now < due.closes_at
    ]
    known = set(
        CheckInCall.objects.filter(appointment__in=[visit.pk for visit, _ in found]).values_list(
            "appointment_id", "point"
        )
    )
    return [(visit, due) for visit, due in found if (visit.pk, due.point) not in known]


def unanswered(now: datetime) -> list[Appointment]:
    """Visits whose last check-in closed lately, whose patient was called for and answered none."""
    over = _asked_after(now - LAST - _LATE, now - LAST)
    of_visit = {"appointment": OuterRef("pk")}
    return list(
        over.filter(
            Exists(CheckInCall.objects.filter(**of_visit)), ~Exists(CheckIn.objects.filter(**of_visit))
        ).order_by("pk")
    )


def _asked_after(since: datetime, until: datetime) -> QuerySet[Appointment]:
    """Visits with needles that ended in between."""
    # By clinic and start, since that is what there is an index over; none is longer than a day.
    clinics = list(Clinic.objects.values_list("pk", flat=True))
    found: QuerySet[Appointment] = Appointment.objects.filter(
        clinic_id__in=clinics,
        starts_at__gt=since - timedelta(days=1),
        starts_at__lt=until,
        ends_at__gt=since,
        ends_at__lte=until,
        service__needs_screening=True,
        status__in=TAKES_PLACE,
    )
    return found


def _state(due: Due, answer: CheckIn | None, now: datetime) -> CheckInState:
    if answer is not None:
        return CheckInState.ANSWERED
    if now < due.opens_at:
        return CheckInState.UPCOMING
    return CheckInState.OPEN if now < due.closes_at else CheckInState.MISSED
