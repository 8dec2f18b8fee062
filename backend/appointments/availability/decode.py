"""From the documents of `statements` to the facts of `rules`."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from backend.appointments.rules.facts import (
    ClinicFacts,
    CredentialFacts,
    DatedSpan,
    DateRange,
    OfferFacts,
    PatientFacts,
    PractitionerFacts,
    RoomFacts,
    ScreeningFacts,
    ServiceFacts,
    WeeklySpan,
)
from backend.common import walltime
from backend.common.periods import Periods

Document = Mapping[str, Any]
Span = TypeVar("Span", WeeklySpan, DatedSpan)


@dataclass(frozen=True, slots=True)
class Busy:
    """When somebody or something is taken, the start of each visit on its own, and when the first hold runs out."""

    periods: Periods
    starts: tuple[int, ...]
    until: datetime | None = None


# A document names the same few clinics and people time and again, and to read an id takes a microsecond.
_id = lru_cache(maxsize=4_096)(uuid.UUID)
FREE = Busy(Periods.NONE, ())


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _weekly(row: Sequence[Any]) -> WeeklySpan:
    weekday, begin, until, valid_from, valid_until = row
    return WeeklySpan(weekday, begin, until, date.fromisoformat(valid_from), _date(valid_until))


def _dated(row: Sequence[Any]) -> DatedSpan:
    first, last, begin, until = row
    return DatedSpan(date.fromisoformat(first), date.fromisoformat(last), begin, until)


def _by_clinic(rows: Iterable[Sequence[Any]], decode: Callable[[Sequence[Any]], Span]) -> dict[Any, tuple[Span, ...]]:
    """Spans under the id of their clinic, which leads each row; None leads those that hold everywhere."""
    grouped: defaultdict[uuid.UUID | None, list[Span]] = defaultdict(list)
    for clinic_id, *span in rows:
        grouped[_id(clinic_id) if clinic_id else None].append(decode(span))
    return {clinic_id: tuple(spans) for clinic_id, spans in grouped.items()}


def service(row: Document) -> ServiceFacts:
    """A service from its document."""
    plain = {name: row[name] for name in ServiceFacts.__slots__ if name != "required_credentials"}
    plain["id"] = _id(row["id"])
    assessed_by = row["assessment_service_id"]
    plain["assessment_service_id"] = _id(assessed_by) if assessed_by else None
    required = tuple((kind, province) for kind, province in row["required_credentials"])
    return ServiceFacts(**plain, required_credentials=required)


def clinic(row: Document, rooms: Iterable[str], of: ServiceFacts, taken: Mapping[str, Busy]) -> ClinicFacts:
    """A clinic from its document, and its rooms of the right kind with when they are taken."""
    offer = OfferFacts(
        is_online=row["is_online"],
        notice_minutes=row["notice_minutes"],
        horizon_days=row["horizon_days"],
        price_minor=of.price_minor if row["price_minor"] is None else row["price_minor"],
        tax_basis_points=of.tax_basis_points if row["tax_basis_points"] is None else row["tax_basis_points"],
        free_cancellation_minutes=row["free_cancellation_minutes"],
    )
    return ClinicFacts(
        id=_id(row["id"]),
        zone=walltime.zone(row["timezone"]),
        province=row["province"],
        is_active=row["is_active"],
        currency=row["currency"],
        late_cancellation_fee_percent=row["late_cancellation_fee_percent"],
        no_show_fee_percent=row["no_show_fee_percent"],
        reschedule_limit=row["reschedule_limit"],
        reschedule_within_days=row["reschedule_within_days"],
        desk_books_after_no_shows=row["desk_books_after_no_shows"],
        offer=offer if row["is_offered"] else None,
        opening=tuple(_weekly(span) for span in row["opening"]),
        closures=tuple(_dated(span) for span in row["closures"]),
        rooms=tuple(RoomFacts(_id(room), taken.get(room, FREE).periods) for room in rooms),
    )


def practitioner(row: Sequence[Any], taken: Mapping[str, Busy]) -> PractitionerFacts:
    """A practitioner from a document, and when they are taken."""
    practitioner_id, is_active, offered_at, credentials, weekly, extra, time_off = row
    found = taken.get(practitioner_id, FREE)
    return PractitionerFacts(
        id=_id(practitioner_id),
        is_active=is_active,
        offered_at=frozenset(_id(clinic_id) for clinic_id in offered_at),
        credentials=tuple(
            CredentialFacts(kind, jurisdiction, DateRange(_date(valid_from), _date(valid_until)))
            for kind, jurisdiction, valid_from, valid_until in credentials
        ),
        weekly=_by_clinic(weekly, _weekly),
        extra=_by_clinic(extra, _dated),
        time_off=_by_clinic(time_off, _dated),
        busy=found.periods,
        visits_by_start=found.starts,
    )


def patient(patient_id: uuid.UUID, row: Document) -> PatientFacts:
    """A patient from their visits, clearances, answers, consent, reviews and missed visits."""
    visits = row["visits"]
    return PatientFacts(
        id=patient_id,
        busy=Periods.of((starts, ends) for starts, ends, is_blocking, *_ in visits if is_blocking),
        same_service_dates=tuple(date.fromisoformat(day) for *_, day, _ in visits if day),
        clearances=tuple(DateRange(_date(first), _date(last)) for first, last in row["clearances"]),
        screening=_screening(row["screening"]),
        has_consented=row["has_consented"],
        is_review_due=row["is_review_due"],
        no_shows={_id(clinic_id): count for clinic_id, count in row["no_shows"]},
    )


def _screening(row: Sequence[Any] | None) -> ScreeningFacts | None:
    return ScreeningFacts(row[0], date.fromisoformat(row[1])) if row else None


def busy(begins: Sequence[int], ends: Sequence[int], until: str | None, own: Periods) -> Busy:
    """Packed runs, less the run to look past."""
    taken = Periods.packed(begins, ends)
    return Busy(taken - own if own else taken, tuple(begins), datetime.fromisoformat(until) if until else None)
