"""What can be said about set-up when it is made or changed. In a change what is absent stays (RFC 7396)."""

from datetime import date
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from phonenumber_field.phonenumber import PhoneNumber


class ClinicFacts(TypedDict, total=False):
    """`slug` is given once, when the clinic is made."""

    slug: str
    name: str
    street: str
    city: str
    province: str
    postal_code: str
    latitude: Decimal
    longitude: Decimal
    timezone: str
    phone: PhoneNumber
    email: str
    is_active: bool


class PolicyFacts(TypedDict, total=False):
    """Minutes, days and shares of the price in percent."""

    is_online_booking_on: bool
    notice_minutes: int
    horizon_days: int
    free_cancellation_minutes: int
    late_cancellation_fee_percent: int
    no_show_fee_percent: int
    reschedule_limit: int
    reschedule_within_days: int
    desk_books_after_no_shows: int | None
    cold_or_heat: str


class RoomFacts(TypedDict, total=False):
    """A room."""

    name: str
    kind: str
    is_active: bool


class HoursFacts(TypedDict, total=False):
    """Wall minutes of a weekday by ISO 8601, and the dates on which they hold."""

    weekday: int
    from_minute: int
    until_minute: int
    valid_from: date
    valid_until: date | None


class ClosureFacts(TypedDict, total=False):
    """Wall minutes of each of the dates."""

    first_date: date
    last_date: date
    from_minute: int
    until_minute: int
    reason: str


class Requirement(TypedDict):
    """A proof that the practitioner needs, in one province or, with none named, everywhere (D4)."""

    kind: str
    province: str


class ServiceFacts(TypedDict, total=False):
    """`code` is given once, when the service is made. Minutes; cents; hundredths of a percent."""

    code: str
    name: str
    name_fr: str
    description: str
    description_fr: str
    preparation: str
    preparation_fr: str
    discipline: str
    duration_minutes: int
    before_minutes: int
    after_minutes: int
    step_minutes: int
    room_kind: str
    price_minor: int
    tax_basis_points: int
    needs_clearance: bool
    assessment_service_id: UUID | None
    needs_screening: bool
    needs_consent: bool
    spacing_days: int
    is_active: bool
    required_credentials: list[Requirement]


class OfferFacts(TypedDict, total=False):
    """What a clinic does otherwise than the service or its own policy say; null: as they say (R9)."""

    price_minor: int | None
    tax_basis_points: int | None
    notice_minutes: int | None
    horizon_days: int | None
    is_online_booking_on: bool | None
    free_cancellation_minutes: int | None
    is_active: bool
