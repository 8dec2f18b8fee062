"""What an event is."""

import uuid
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has. Subclasses are past tense, name their `type` (`hold.created.v1`) and add ids and facts."""

    type: ClassVar[str]
    subject_id: uuid.UUID
    clinic_id: uuid.UUID | None = None
