"""What can be said about practitioners when it is made or changed. In a change what is absent stays (RFC 7396)."""

from datetime import date
from typing import TypedDict
from uuid import UUID


class ProfileFacts(TypedDict, total=False):
    """What patients read, and whether the person still works here."""

    given_name: str
    family_name: str
    title: str
    title_fr: str
    bio: str
    bio_fr: str
    languages: list[str]
    disciplines: list[str]
    is_active: bool


class CredentialFacts(TypedDict, total=False):
    """What a document says; `jurisdiction` is a province or `CA`."""

    kind: str
    issuer: str
    jurisdiction: str
    number: str
    issued_on: date
    valid_from: date
    valid_until: date | None


class WorkingHoursFacts(TypedDict, total=False):
    """Wall minutes in the clinic's zone; `clinic_id` is given once."""

    clinic_id: UUID
    weekday: int
    from_minute: int
    until_minute: int
    valid_from: date
    valid_until: date | None


class ExtraHoursFacts(TypedDict):
    """Wall minutes of one date at one clinic."""

    clinic_id: UUID
    date: date
    from_minute: int
    until_minute: int


class TimeOffFacts(TypedDict, total=False):
    """Wall minutes of each date; `clinic_id` is given once, None is everywhere."""

    clinic_id: UUID | None
    first_date: date
    last_date: date
    from_minute: int
    until_minute: int
    reason: str
