"""What happens to practitioners, as events: ids only (D11)."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from backend.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerEvent(Event):
    """`subject_id` is the practitioner, `part` what of the file (`practitioner`, `placement`, `working_hours`, ...)."""

    part: str
    part_id: uuid.UUID


class PractitionerCreated(PractitionerEvent):
    type: ClassVar[str] = "practitioner.created.v1"


class PractitionerChanged(PractitionerEvent):
    type: ClassVar[str] = "practitioner.changed.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialEvent(Event):
    """`subject_id` is the credential."""

    practitioner_id: uuid.UUID


class CredentialVerified(CredentialEvent):
    type: ClassVar[str] = "credential.verified.v1"


class CredentialRevoked(CredentialEvent):
    type: ClassVar[str] = "credential.revoked.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialExpiring(CredentialEvent):
    """It ends in at most `warning_days` days; published once for each of 60, 30 and 7."""

    type: ClassVar[str] = "credential.expiring.v1"
    warning_days: int


class ServiceQuestionsPublished(Event):
    """`subject_id` is the version of the questions."""

    type: ClassVar[str] = "service.questions_published.v1"
