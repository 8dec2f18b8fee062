"""What happens to patients, as events: ids and nothing else (D11)."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from backend.events.event import Event


class PatientCreated(Event):
    type: ClassVar[str] = "patient.created.v1"


class PatientLinked(Event):
    """`clinic_id` is the clinic whose staff may see the patient from now on (R23)."""

    type: ClassVar[str] = "patient.linked.v1"


class PatientChanged(Event):
    type: ClassVar[str] = "patient.changed.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPatient(Event):
    """`subject_id` is what was entered; nothing of what it says (D11)."""

    patient_id: uuid.UUID


class ScreeningAnswered(AboutPatient):
    type: ClassVar[str] = "screening.answered.v1"


class ScreeningCleared(AboutPatient):
    type: ClassVar[str] = "screening.cleared.v1"


class ClearanceChanged(AboutPatient):
    """`subject_id` is the clearance: it was given, or has ended; which of them is health data (D11)."""

    type: ClassVar[str] = "clearance.changed.v1"


class QuestionnairePublished(Event):
    type: ClassVar[str] = "questionnaire.published.v1"


class ConsentGiven(AboutPatient):
    type: ClassVar[str] = "consent.given.v1"


class ConsentRevoked(AboutPatient):
    type: ClassVar[str] = "consent.revoked.v1"


class ConsentTextPublished(Event):
    type: ClassVar[str] = "consent_text.published.v1"


class PatientClaimed(Event):
    """`subject_id` is a record of a desk that is of somebody's account from now on."""

    type: ClassVar[str] = "patient.claimed.v1"


class PatientMerged(AboutPatient):
    """`subject_id` is the merge: the rows of a duplicate are the patient's from now on."""

    type: ClassVar[str] = "patient.merged.v1"


class PatientMergeReversed(AboutPatient):
    """`subject_id` is the merge; published for each of the two who have their own rows again."""

    type: ClassVar[str] = "patient.merge_reversed.v1"


class GuardianInvited(AboutPatient):
    type: ClassVar[str] = "guardian.invited.v1"


class GuardianshipBegan(AboutPatient):
    type: ClassVar[str] = "guardianship.began.v1"


class GuardianshipChanged(AboutPatient):
    type: ClassVar[str] = "guardianship.changed.v1"


class GuardianshipEnded(AboutPatient):
    type: ClassVar[str] = "guardianship.ended.v1"
