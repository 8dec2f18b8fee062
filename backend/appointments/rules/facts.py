"""What the rules look at: plain facts, already read from the database, in epoch minutes and local dates."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from backend.common import walltime
from backend.common.periods import Periods

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Local dates that are looked at, both included."""

    first: date
    last: date

    def dates(self, *, margin: int = 1) -> Iterator[date]:
        """Each date, and `margin` days on either side: a visit near midnight occupies its neighbours."""
        day, end = self.first - margin * ONE_DAY, self.last + margin * ONE_DAY
        while day <= end:
            yield day
            day += ONE_DAY


class WeeklySpan(NamedTuple):
    """Wall minutes of one weekday (ISO number), while valid; an absent `valid_until` is without end."""

    weekday: int
    from_minute: int
    until_minute: int
    valid_from: date
    valid_until: date | None


class DatedSpan(NamedTuple):
    """Wall minutes of each date from `first_date` to `last_date`."""

    first_date: date
    last_date: date
    from_minute: int
    until_minute: int


@dataclass(frozen=True, slots=True)
class DateRange:
    """Dates from `first` to `last`, both included; None leaves a side open."""

    first: date | None
    last: date | None

    def periods(self, zone: ZoneInfo) -> Periods:
        """The instants whose date at that clock lies in the range."""
        return walltime.day_periods(zone, self.first, self.last)


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A service as booking sees it. Minutes; money in minor units."""

    id: uuid.UUID
    is_active: bool
    duration_minutes: int
    before_minutes: int
    after_minutes: int
    step_minutes: int
    spacing_days: int
    needs_clearance: bool
    needs_screening: bool
    needs_consent: bool
    assessment_service_id: uuid.UUID | None
    required_credentials: tuple[tuple[str, str], ...]  # (kind, province or "" for all of them)
    price_minor: int
    tax_basis_points: int

    @property
    def until_free_minutes(self) -> int:
        """From the start to the moment practitioner and room are free again."""
        return self.duration_minutes + self.after_minutes


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """On what terms a clinic offers the service: its own where it has them, else the clinic's (R9)."""

    is_online: bool
    notice_minutes: int
    horizon_days: int
    price_minor: int
    tax_basis_points: int
    free_cancellation_minutes: int


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room of the kind that the service asks for, and when it is taken (buffers included)."""

    id: uuid.UUID
    busy: Periods = Periods.NONE


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """A clinic as booking sees it. `offer` is absent where the service is not offered (D5)."""

    id: uuid.UUID
    zone: ZoneInfo
    province: str
    is_active: bool
    currency: str
    late_cancellation_fee_percent: int
    no_show_fee_percent: int
    reschedule_limit: int
    reschedule_within_days: int
    desk_books_after_no_shows: int | None
    offer: OfferFacts | None
    opening: tuple[WeeklySpan, ...]
    closures: tuple[DatedSpan, ...]
    rooms: tuple[RoomFacts, ...]

    @property
    def terms(self) -> OfferFacts:
        """The offer of a clinic that makes one. Raises LookupError where the service is not offered."""
        if self.offer is None:
            raise LookupError(f"not offered at clinic {self.id}")
        return self.offer


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """A verified proof: its kind, where it counts, when it is valid (R10)."""

    kind: str
    jurisdiction: str
    valid: DateRange


@dataclass(frozen=True, slots=True)
class PractitionerFacts:
    """A practitioner as booking sees one. Hours and time off are by clinic; time off without a clinic is for all."""

    id: uuid.UUID
    is_active: bool
    offered_at: frozenset[uuid.UUID]
    credentials: tuple[CredentialFacts, ...]
    weekly: dict[uuid.UUID, tuple[WeeklySpan, ...]]
    extra: dict[uuid.UUID, tuple[DatedSpan, ...]]
    time_off: dict[uuid.UUID | None, tuple[DatedSpan, ...]]
    busy: Periods = Periods.NONE
    visits_by_start: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreeningFacts:
    """The newest answers to the questions before needling: whether they forbid it, and their last local date (D10)."""

    is_blocking: bool
    valid_until: date


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """A patient as booking sees one: bare visits, local dates of visits of this service (R8), live clearances (R15),
    the newest screening, whether the service's present text was agreed to (D13), whether a course of the service waits
    for its review (R14), and how many visits were missed, by clinic."""

    id: uuid.UUID
    busy: Periods = Periods.NONE
    same_service_dates: tuple[date, ...] = ()
    clearances: tuple[DateRange, ...] = ()
    screening: ScreeningFacts | None = None
    has_consented: bool = False
    is_review_due: bool = False
    no_shows: Mapping[uuid.UUID, int] = field(default_factory=dict)


@lru_cache(maxsize=512)
def _weekly(zone: ZoneInfo, window: Window, spans: tuple[WeeklySpan, ...]) -> Periods:
    by_weekday: dict[int, list[WeeklySpan]] = {}
    for span in spans:
        by_weekday.setdefault(span.weekday, []).append(span)
    return Periods.union_all(
        walltime.wall_periods(zone, day, span.from_minute, span.until_minute)
        for day in window.dates()
        for span in by_weekday.get(day.isoweekday(), ())
        if span.valid_from <= day and (span.valid_until is None or day <= span.valid_until)
    )


@dataclass(frozen=True)
class Place:
    """One service at one clinic for one patient, or for nobody yet."""

    service: ServiceFacts
    clinic: ClinicFacts
    patient: PatientFacts | None
    now: datetime
    window: Window

    @cached_property
    def today(self) -> date:
        """The date on the clinic's wall."""
        return walltime.local_date_of(walltime.minute_of(self.now), self.clinic.zone)

    @cached_property
    def grid(self) -> tuple[int, ...]:
        """The starts that the clinic's wall clock shows as multiples of the service's step (R2)."""
        return walltime.grid(self.clinic.zone, self.window.first, self.window.last, self.service.step_minutes)

    def weekly(self, spans: tuple[WeeklySpan, ...]) -> Periods:
        """The instants that weekly spans cover, around the window."""
        return _weekly(self.clinic.zone, self.window, spans)

    def dated(self, spans: Iterable[DatedSpan]) -> Periods:
        """The instants that dated spans cover, around the window."""
        wanted = tuple(spans)
        if not wanted:
            return Periods.NONE
        return Periods.union_all(
            walltime.wall_periods(self.clinic.zone, day, span.from_minute, span.until_minute)
            for day in self.window.dates()
            for span in wanted
            if span.first_date <= day <= span.last_date
        )

    def fitting(self, within: Periods) -> Periods:
        """The starts whose occupied run, buffers included, lies inside (R1)."""
        return within.eroded(self.service.before_minutes, self.service.until_free_minutes)

    def clear_of(self, busy: Periods) -> Periods:
        """The starts whose occupied run, buffers included, touches none of it (R1)."""
        if not busy:
            return Periods.EVER
        return busy.starts_clear_of(self.service.before_minutes, self.service.until_free_minutes)


@dataclass(frozen=True)
class Lane:
    """One practitioner at one place: where a start is either bookable or not."""

    place: Place
    practitioner: PractitionerFacts
