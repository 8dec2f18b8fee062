"""Screenings as a caller may see them: staff of the desk see where they stand, not what was answered (D11)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.patients.enums import Party, QuestionCode, ScreeningStatus
from backend.patients.models import Screening
from backend.patients.querysets import ScreeningQuerySet


@dataclass(frozen=True, slots=True)
class SeenScreening:
    """A row, and whether its answers are kept from who looks."""

    row: Screening
    is_redacted: bool

    @property
    def id(self) -> uuid.UUID:
        """That of the row."""
        key: uuid.UUID = self.row.pk
        return key

    @property
    def status(self) -> ScreeningStatus:
        """Where it stands."""
        return ScreeningStatus.CLEARED if self.row.cleared_at else ScreeningStatus(self.row.outcome)

    @property
    def answers(self) -> list[Mapping[str, object]]:
        """The answers, if they may be seen, in the order of the codes: the row keeps none."""
        known = {} if self.is_redacted else self.row.answers
        return [{"code": code, "answer": known[code]} for code in QuestionCode.values if code in known]

    @property
    def cleared_reason(self) -> str:
        """A note of who cleared it, so shown with the answers only."""
        return "" if self.is_redacted else self.row.cleared_reason


def screenings_of(actor: Actor, patient_id: uuid.UUID) -> ScreeningQuerySet:
    """All of a patient whom the caller may see."""
    found: ScreeningQuerySet = Screening.objects.visible_to(actor, Permission.SCREENING_READ)
    return found.filter(patient_id=patient_id)


def get_screening_for(actor: Actor, screening_id: uuid.UUID) -> Screening:
    """One that the caller may see. Raises NotFound."""
    row: Screening | None = (
        Screening.objects.visible_to(actor, Permission.SCREENING_READ).filter(pk=screening_id).first()
    )
    if row is None:
        raise NotFound
    return row


def as_seen_by(actor: Actor, row: Screening, *, as_entered: bool = False) -> SeenScreening:
    """The answers are for the patient, for who looks after them and for those who treat; with `as_entered`, as the
    answer to the call that entered them, also for whoever did."""
    is_own = row.patient_id in actor.own_patients(Permission.SCREENING_READ)
    may = (
        is_own
        or Permission.SCREENING_CLEAR in actor.own_calendar
        or (as_entered and row.answered_by_id == actor.user_id)
    )
    return SeenScreening(row, is_redacted=not may)


def party_of(actor: Actor, patient_id: uuid.UUID) -> Party:
    """On whose side the caller acts for a patient."""
    if patient_id == actor.own_patient_id:
        return Party.PATIENT
    return Party.GUARDIAN if patient_id in actor.patient_ids else Party.STAFF
