"""What happens when people are treated, as events: ids only, never what was found (D11)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from backend.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentEvent(Event):
    """`subject_id` is the assessment."""

    patient_id: uuid.UUID


class AssessmentSigned(AssessmentEvent):
    type: ClassVar[str] = "assessment.signed.v1"


class AssessmentAmended(AssessmentEvent):
    type: ClassVar[str] = "assessment.amended.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecordEvent(Event):
    """`subject_id` is the record."""

    appointment_id: uuid.UUID
    patient_id: uuid.UUID | None


class SessionRecordSigned(SessionRecordEvent):
    type: ClassVar[str] = "session_record.signed.v1"


class SessionRecordAmended(SessionRecordEvent):
    type: ClassVar[str] = "session_record.amended.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInDue(Event):
    """The patient may be asked how they are. `subject_id` is the visit."""

    type: ClassVar[str] = "check_in.due.v1"
    patient_id: uuid.UUID | None
    point: str
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInAnswered(Event):
    """The patient was asked and answered; how they are is not told. `subject_id` is the answer."""

    type: ClassVar[str] = "check_in.answered.v1"
    appointment_id: uuid.UUID
    patient_id: uuid.UUID | None
    point: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEvent(Event):
    """`subject_id` is the course."""

    patient_id: uuid.UUID
    service_id: uuid.UUID


class CourseOpened(CourseEvent):
    type: ClassVar[str] = "course.opened.v1"


class CourseReviewed(CourseEvent):
    type: ClassVar[str] = "course.reviewed.v1"


class CourseClosed(CourseEvent):
    """Visits that were to come are cancelled, each with its own `appointment.cancelled.v1`."""

    type: ClassVar[str] = "course.closed.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseBooked(CourseEvent):
    """Visits of the course were booked together, as the series of that id."""

    type: ClassVar[str] = "course.booked.v1"
    series_id: uuid.UUID
