"""What somebody wants to take, and the refusals it can meet."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backend.appointments.availability.gather import Besides, Question
from backend.appointments.enums import RuleClass, RuleCode
from backend.appointments.errors import OverrideNotAllowed, PatientOverlap, SlotNotBookable, SlotTaken
from backend.appointments.rules.facts import Window
from backend.appointments.rules.registry import BUSY, BY_CODE, RULES, Rule
from backend.appointments.rules.texts import remedy_of, text_of
from backend.common.access import Actor
from backend.common.errors import DomainError
from backend.common.permissions import Permission


@dataclass(frozen=True, slots=True)
class Override:
    """A soft rule set aside by staff, with the reason that is kept with the visit (R3)."""

    code: RuleCode
    reason: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A start that is wanted. Without a practitioner the server chooses; without a patient it is a hold of staff.

    `besides` is the row that gives way to it: the hold that becomes the visit, the visit that moves there. `holder_id`
    is who holds it: their holds are counted, so they are locked like a patient; `freed_patient_id` is whose time the
    row gives back, who need not be the same.
    """

    service_id: uuid.UUID
    clinic_id: uuid.UUID
    starts_at: datetime
    practitioner_id: uuid.UUID | None = None
    patient_id: uuid.UUID | None = None
    overrides: tuple[Override, ...] = field(default=())
    besides: Besides | None = None
    holder_id: uuid.UUID | None = None
    freed_patient_id: uuid.UUID | None = None

    @property
    def patient_ids(self) -> tuple[uuid.UUID, ...]:
        """The patients and the holder to lock, if there are any."""
        return tuple(person for person in (self.patient_id, self.holder_id, self.freed_patient_id) if person)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules to ask: all but those set aside, and for a hold but those that booking can still lift."""
        aside = {override.code for override in self.overrides}
        asked = (rule for rule in RULES if not (self.holder_id and rule.lifted_by_booking))
        return tuple(rule for rule in asked if rule.code not in aside)

    @property
    def overrides_kept(self) -> list[dict[str, str]]:
        """What was set aside, as the visit keeps it."""
        return [{"code": override.code.value, "reason": override.reason} for override in self.overrides]

    @property
    def reasons(self) -> str:
        """Why, as history and the audit log keep it."""
        return "; ".join(f"{override.code.value}: {override.reason}" for override in self.overrides)[:500]

    @property
    def question(self) -> Question:
        """The facts that bear on this one start: those of the days around it, whatever the zone."""
        day = self.starts_at.date()
        return Question(
            service_id=self.service_id,
            window=Window(day - timedelta(days=1), day + timedelta(days=1)),
            clinic_ids=(self.clinic_id,),
            practitioner_ids=(self.practitioner_id,) if self.practitioner_id else (),
            patient_id=self.patient_id,
            besides=self.besides,
        )


def check_overrides(actor: Actor, overrides: Sequence[Override], *, clinic_id: uuid.UUID) -> None:
    """Raise OverrideNotAllowed unless each is a soft rule and the caller holds the right at the clinic (R3)."""
    for override in overrides:
        is_soft = BY_CODE[override.code].kind == RuleClass.SOFT
        if not is_soft or not actor.may(Permission.APPOINTMENT_OVERRIDE, clinic_id=clinic_id):
            raise OverrideNotAllowed(members={"rules": [_member(override.code)]})


def refusal(rules: Iterable[Rule]) -> DomainError:
    """The error for a start that these rules refuse: a conflict if it is only taken, else unprocessable (R3)."""
    codes = [rule.code for rule in rules]
    told = {"rules": members(codes)}
    if not BUSY.issuperset(codes):
        return SlotNotBookable(members=told)
    # The patient's own visit, even if it is what keeps practitioner and room busy: nobody else has the time.
    return PatientOverlap(members=told) if RuleCode.PATIENT_BUSY in codes else SlotTaken(members=told)


def members(codes: Iterable[RuleCode]) -> list[dict[str, Any]]:
    """What a problem tells of the rules that refuse."""
    return [_member(code) for code in codes]


def _member(code: RuleCode) -> dict[str, Any]:
    told = {"detail": text_of(code), "remedy": remedy_of(code), "next_start_at": None}
    return {"code": code.value, "class": BY_CODE[code].kind.value, **told}
