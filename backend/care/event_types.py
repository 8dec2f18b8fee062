"""What happens when people are treated, as events: ids only, never what was found (D11)."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from backend.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecordEvent(Event):
    """`subject_id` is the record."""

    appointment_id: uuid.UUID
    patient_id: uuid.UUID | None


class SessionRecordSigned(SessionRecordEvent):
    type: ClassVar[str] = "session_record.signed.v1"


class SessionRecordAmended(SessionRecordEvent):
    type: ClassVar[str] = "session_record.amended.v1"
