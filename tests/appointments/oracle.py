"""What can be booked, found the slow way: one minute at a time, from the rows themselves, by a clock of its own.

Shares nothing with the engine but the tables. Where the two differ, read D4, D7, D16, D25 and R1 to R10, then decide
who is wrong.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from backend.appointments.models import Appointment
from backend.clinics.models import Clinic, ClinicService, Closure, OpeningHours, RequiredCredential, Room, Service
from backend.patients.models import Clearance, Consent, Patient, ReviewPoint, Screening
from backend.practitioners.models import Credential, ExtraHours, Offering, Practitioner, TimeOff, WorkingHours

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def instant(minute: int) -> datetime:
    """The instant of an epoch minute."""
    return EPOCH + minute * MINUTE


def minute(at: datetime) -> int:
    """The epoch minute of an instant that has no seconds."""
    return int((at - EPOCH).total_seconds()) // 60


@lru_cache(maxsize=200_000)
def wall(at: int, zone: str) -> tuple[date, int]:
    """What hangs on the wall at an epoch minute: the calendar's date and the clock's minute of the day."""
    reading = instant(at).astimezone(ZoneInfo(zone))
    return reading.date(), reading.hour * 60 + reading.minute


def minutes_of(zone: str, first: date, last: date) -> list[int]:
    """Every epoch minute whose date at that wall is in first..last."""
    noon = minute(datetime.combine(first, datetime.min.time(), UTC))
    around = range(noon - 1440, noon + ((last - first).days + 2) * 1440)
    return [at for at in around if first <= wall(at, zone)[0] <= last]


class Hours:
    """Rows with wall minutes, at one wall."""

    def __init__(self, zone: str, *rows: Iterable[Any]) -> None:
        self.zone, self.rows = zone, [row for some in rows for row in some]
        self.by_date: dict[date, list[Any]] = {}

    def cover(self, at: int) -> bool:
        """Whether any row covers that epoch minute."""
        day, reading = wall(at, self.zone)
        if day not in self.by_date:
            self.by_date[day] = [row for row in self.rows if _applies(row, day)]
        return any(row.from_minute <= reading < row.until_minute for row in self.by_date[day])


def _applies(row: Any, day: date) -> bool:
    if isinstance(row, OpeningHours | WorkingHours):
        return row.weekday == day.isoweekday() and _within(day, row.valid_from, row.valid_until)
    if isinstance(row, ExtraHours):
        return row.date == day
    return _within(day, row.first_date, row.last_date)


def _within(day: date, first: date, last: date | None) -> bool:
    return first <= day and (last is None or day <= last)


class Oracle:
    """The verdict on one service, given by one practitioner at one clinic to one patient, or to nobody yet."""

    def __init__(
        self, service: Service, clinic: Clinic, practitioner: Practitioner, patient: Patient | None, now: datetime
    ) -> None:
        self.service, self.clinic, self.practitioner, self.patient = service, clinic, practitioner, patient
        self.now, self.zone = now, clinic.timezone
        self.offer = ClinicService.objects.filter(clinic=clinic, service=service, is_active=True).first()
        self.gives = Offering.objects.filter(practitioner=practitioner, clinic=clinic, service=service).exists()
        self.opening = Hours(self.zone, OpeningHours.objects.filter(clinic=clinic))
        self.working = Hours(
            self.zone,
            WorkingHours.objects.filter(practitioner=practitioner, clinic=clinic),
            ExtraHours.objects.filter(practitioner=practitioner, clinic=clinic),
        )
        self.closed = Hours(self.zone, Closure.objects.filter(clinic=clinic))
        absences = TimeOff.objects.filter(practitioner=practitioner)
        self.away = Hours(self.zone, [row for row in absences if row.clinic_id in (None, clinic.pk)])
        self.proofs = list(Credential.objects.filter(practitioner=practitioner, status="verified"))
        self.required = list(RequiredCredential.objects.filter(service=service))
        self.clearances = list(Clearance.objects.filter(patient=patient, ended_at=None)) if patient else []
        self.answers = Screening.objects.filter(patient=patient, superseded_at=None).first() if patient else None
        consents = Consent.objects.filter(patient=patient, text__service=service, revoked_at=None)
        points = ReviewPoint.objects.filter(patient=patient, service=service) if patient else []
        self.reviewed_after = {point.due_after_id for point in points}
        self.has_consented = consents.filter(text__superseded_at=None).exists()
        self.rooms = list(Room.objects.filter(clinic=clinic, kind=service.room_kind, is_active=True))
        self.visits = list(Appointment.objects.select_related("clinic"))
        self.practitioner_taken = self._taken("practitioner_id", practitioner.pk)
        self.room_taken = {room.pk: self._taken("room_id", room.pk) for room in self.rooms}
        self.patient_taken = self._patient_taken()

    def _blocks(self, visit: Appointment) -> bool:
        if visit.status == "held":
            return visit.hold_expires_at is not None and visit.hold_expires_at > self.now
        return visit.status in ("booked", "confirmed", "checked_in", "in_progress")

    def _taken(self, column: str, key: Any) -> set[int]:
        return {
            at
            for visit in self.visits
            if getattr(visit, column) == key and self._blocks(visit)
            for at in range(minute(visit.occupied_from), minute(visit.occupied_until))
        }

    def _patient_taken(self) -> set[int]:
        return {
            at
            for visit in self.visits
            if self.patient and visit.patient_id == self.patient.pk and self._blocks(visit)
            for at in range(minute(visit.starts_at), minute(visit.ends_at))
        }

    def is_bookable(self, start: int) -> bool:
        """Whether no rule refuses but the one about the consent, which the booking call can bring."""
        return next((code for code in self.refusals(start) if code != "consent_needed"), None) is None

    def refusals(self, start: int) -> Iterator[str]:
        """The code of each rule that refuses, cheap ones first."""
        day, reading = wall(start, self.zone)
        if reading % self.service.step_minutes:
            yield "off_grid"
        yield from self._about_the_offer(start)
        yield from self._about_the_patient(start, day)
        if not self._is_certified(day):
            yield "credential_missing"
        run = range(
            start - self.service.before_minutes,
            start + self.service.duration_minutes + self.service.after_minutes,
        )
        if not all(self.opening.cover(at) and self.working.cover(at) for at in run):
            yield "outside_hours"
        if any(self.closed.cover(at) for at in run):
            yield "clinic_closed"
        if any(self.away.cover(at) for at in run):
            yield "practitioner_away"
        if any(at in self.practitioner_taken for at in run):
            yield "practitioner_busy"
        if not any(all(at not in taken for at in run) for taken in self.room_taken.values()):
            yield "no_room"

    def _about_the_offer(self, start: int) -> Iterator[str]:
        if not (self.offer and self.gives and self.service.is_active and self.clinic.is_active):
            yield "not_offered"
        if not self.practitioner.is_active:
            yield "practitioner_inactive"
        if self.offer is None:
            # Nobody's terms apply; only what is past is out of reach.
            if instant(start) < self.now:
                yield "too_soon"
            return

        def term(name: str) -> Any:
            own = getattr(self.offer, name)
            return getattr(self.clinic, name) if own is None else own

        if not term("is_online_booking_on"):
            yield "online_booking_off"
        if instant(start) < self.now + timedelta(minutes=term("notice_minutes")):
            yield "too_soon"
        if instant(start) > self.now + timedelta(days=term("horizon_days")):
            yield "too_far"

    def _about_the_patient(self, start: int, day: date) -> Iterator[str]:
        if self.patient is None:
            return
        where = {"patient_id": self.patient.pk, "clinic_id": self.clinic.pk, "status": "no_show"}
        missed = sum(all(getattr(visit, name) == value for name, value in where.items()) for visit in self.visits)
        if self.clinic.desk_books_after_no_shows and missed >= self.clinic.desk_books_after_no_shows:
            yield "desk_must_book"
        today, _ = wall(minute(self.now.replace(second=0, microsecond=0)), self.zone)
        answers = self.answers
        if self.service.needs_screening and (answers is None or answers.valid_until < today):
            yield "screening_needed"
        elif self.service.needs_screening and answers and answers.outcome != "clear" and not answers.cleared_at:
            yield "screening_blocked"
        if self.service.needs_consent and not self.has_consented:
            yield "consent_needed"
        own = [visit for visit in self.visits if visit.patient_id == self.patient.pk]
        if any(visit.pk in self.reviewed_after and visit.status == "completed" for visit in own):
            yield "review_due"
        if self.service.needs_clearance and not any(
            _within(day, clearance.valid_from, clearance.valid_until)
            for clearance in self.clearances
            if clearance.discipline == self.service.discipline
        ):
            yield "assessment_needed"
        if any(at in self.patient_taken for at in range(start, start + self.service.duration_minutes)):
            yield "patient_busy"
        for visit in self.visits:
            is_same = (visit.patient_id, visit.service_id) == (self.patient.pk, self.service.pk)
            if is_same and (self._blocks(visit) or visit.status == "completed"):
                other_day, _ = wall(minute(visit.starts_at), visit.clinic.timezone)
                if abs((day - other_day).days) < self.service.spacing_days:
                    yield "spacing_too_short"
                    return

    def _is_certified(self, day: date) -> bool:
        here = self.clinic.province
        return all(
            any(
                proof.kind == required.kind
                and proof.jurisdiction in (here, "CA")
                and _within(day, proof.valid_from, proof.valid_until)
                for proof in self.proofs
            )
            for required in self.required
            if required.province in ("", here)
        )
