"""What happens to set-up, as events: ids only (D11)."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from backend.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicEvent(Event):
    """`subject_id` is the clinic, `part` what of it (`clinic`, `room`, `opening_hours`, `closure`, `offer`)."""

    part: str
    part_id: uuid.UUID


class ClinicCreated(ClinicEvent):
    type: ClassVar[str] = "clinic.created.v1"


class ClinicChanged(ClinicEvent):
    type: ClassVar[str] = "clinic.changed.v1"


class ServiceCreated(Event):
    type: ClassVar[str] = "service.created.v1"


class ServiceChanged(Event):
    type: ClassVar[str] = "service.changed.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEvent(Event):
    """`subject_id` is the membership; `clinic_id` is absent for an owner."""

    user_id: uuid.UUID


class MemberAdded(MemberEvent):
    type: ClassVar[str] = "member.added.v1"


class MemberChanged(MemberEvent):
    type: ClassVar[str] = "member.changed.v1"


class MemberRemoved(MemberEvent):
    type: ClassVar[str] = "member.removed.v1"
