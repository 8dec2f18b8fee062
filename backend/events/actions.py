"""Publishing what happened."""

import dataclasses
import json
import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from backend.events.models import DomainEvent


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has. Subclasses are past tense, name their `type` (`hold.created.v1`) and add ids and facts."""

    type: ClassVar[str]
    subject_id: uuid.UUID
    clinic_id: uuid.UUID | None = None


def publish(event: Event) -> None:
    """Write an event to the log, in the transaction of the change it tells of; outside one it refuses."""
    if not connection.in_atomic_block:
        raise RuntimeError("publish() needs the transaction of the change")
    facts = dataclasses.asdict(event)
    subject_id, clinic_id = facts.pop("subject_id"), facts.pop("clinic_id")
    DomainEvent.objects.create(
        type=event.type,
        subject_id=subject_id,
        clinic_id=clinic_id,
        payload=json.loads(json.dumps(facts, cls=DjangoJSONEncoder)),
    )
