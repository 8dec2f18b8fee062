"""What happens to visits, as events: ids and facts, never health data (D11)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from backend.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentEvent(Event):
    """A step in the life of a visit or hold. `subject_id` is its id."""

    patient_id: uuid.UUID | None
    practitioner_id: uuid.UUID
    service_id: uuid.UUID
    starts_at: datetime


class HoldCreated(AppointmentEvent):
    type: ClassVar[str] = "hold.created.v1"


class HoldExtended(AppointmentEvent):
    type: ClassVar[str] = "hold.extended.v1"


class HoldReleased(AppointmentEvent):
    type: ClassVar[str] = "hold.released.v1"


class AppointmentBooked(AppointmentEvent):
    type: ClassVar[str] = "appointment.booked.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRescheduled(AppointmentEvent):
    """The visit is at another time, place or practitioner: what `starts_at` and the ids now say. `revision` counts."""

    type: ClassVar[str] = "appointment.rescheduled.v1"
    previous_starts_at: datetime
    previous_clinic_id: uuid.UUID
    previous_practitioner_id: uuid.UUID
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRetimed(AppointmentEvent):
    """The law of the clinic's clock changed: the same wall time is another instant now. `revision` counts."""

    type: ClassVar[str] = "appointment.retimed.v1"
    previous_starts_at: datetime
    revision: int


class AppointmentUpdated(AppointmentEvent):
    """Its note was changed; what it says is not told here."""

    type: ClassVar[str] = "appointment.updated.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentPatientChanged(AppointmentEvent):
    """Two records of one person became one, or were taken apart again: `patient_id` says whose visit it is now."""

    type: ClassVar[str] = "appointment.patient_changed.v1"
    previous_patient_id: uuid.UUID


class AppointmentConfirmed(AppointmentEvent):
    type: ClassVar[str] = "appointment.confirmed.v1"


class AppointmentCheckedIn(AppointmentEvent):
    type: ClassVar[str] = "appointment.checked_in.v1"


class AppointmentStarted(AppointmentEvent):
    type: ClassVar[str] = "appointment.started.v1"


class AppointmentCompleted(AppointmentEvent):
    type: ClassVar[str] = "appointment.completed.v1"


class AppointmentCancelled(AppointmentEvent):
    type: ClassVar[str] = "appointment.cancelled.v1"


class AppointmentNoShow(AppointmentEvent):
    type: ClassVar[str] = "appointment.no_show.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBooked(Event):
    """Several visits were booked together, each with its own `appointment.booked.v1`. `subject_id` is the series."""

    type: ClassVar[str] = "series.booked.v1"
    patient_id: uuid.UUID
    service_id: uuid.UUID
    appointment_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistEvent(Event):
    """What happened to an entry of the wait list. `subject_id` is the entry; `clinic_id` is absent where it is about
    all clinics of the entry."""

    patient_id: uuid.UUID
    service_id: uuid.UUID


class WaitlistJoined(WaitlistEvent):
    type: ClassVar[str] = "waitlist.joined.v1"


class WaitlistLeft(WaitlistEvent):
    type: ClassVar[str] = "waitlist.left.v1"


class WaitlistExpired(WaitlistEvent):
    """No date is left on which it could be served, or too many offers were not answered."""

    type: ClassVar[str] = "waitlist.expired.v1"


class WaitlistMoved(WaitlistEvent):
    """The desk put it elsewhere in the queue of that clinic."""

    type: ClassVar[str] = "waitlist.moved.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistOfferEvent(WaitlistEvent):
    """What became of a time that was offered. `appointment_id` is the hold, and the visit once it is accepted."""

    offer_id: uuid.UUID
    appointment_id: uuid.UUID
    starts_at: datetime


class WaitlistOffered(WaitlistOfferEvent):
    type: ClassVar[str] = "waitlist.offered.v1"


class WaitlistOfferAccepted(WaitlistOfferEvent):
    type: ClassVar[str] = "waitlist.offer_accepted.v1"


class WaitlistOfferDeclined(WaitlistOfferEvent):
    type: ClassVar[str] = "waitlist.offer_declined.v1"


class WaitlistOfferExpired(WaitlistOfferEvent):
    type: ClassVar[str] = "waitlist.offer_expired.v1"


class WaitlistOfferWithdrawn(WaitlistOfferEvent):
    type: ClassVar[str] = "waitlist.offer_withdrawn.v1"
