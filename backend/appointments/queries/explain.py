"""Why a start can be booked, or why not: every rule in its order, asked as booking asks it."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.appointments.availability.gather import Facts, Question, gather
from backend.appointments.enums import RuleClass, RuleCode
from backend.appointments.queries.question import question_of
from backend.appointments.rules.facts import Lane, PractitionerFacts, Window
from backend.appointments.rules.registry import RULES, Rule, admitted, distance_from_yes, refusing
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.common.walltime import instant_of, minute_of

# Far enough for the next start that spacing, time off or a busy fortnight leaves.
LOOK_AHEAD = timedelta(days=35)
# Answers tell no later year than 2200, whichever zone they are read in.
LAST_START = minute_of(datetime(2200, 12, 31, tzinfo=UTC))
NOBODY = PractitionerFacts(uuid.UUID(int=0), True, frozenset(), (), {}, {}, {})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule about the start; `next_start` (epoch minute) is the next on the grid that it admits."""

    rule: Rule
    passes: bool
    next_start: int | None
    can_override: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdicts about the practitioner asked for, or the one who comes nearest to a yes; None: nobody gives it.
    `patient_id` is whose rules were asked, if anybody's."""

    zone: ZoneInfo
    practitioner_id: uuid.UUID | None
    verdicts: Sequence[Verdict]
    next_start: int | None
    patient_id: uuid.UUID | None = None

    @property
    def is_bookable(self) -> bool:
        """Whether booking would admit it just now."""
        return all(verdict.passes for verdict in self.verdicts)

    def by_the_clock(self, minute: int | None) -> datetime | None:
        """That minute on the clinic's clock."""
        return None if minute is None else instant_of(minute).astimezone(self.zone)


def explain_slot(
    visitor: Actor | None,
    *,
    service: str | None = None,
    clinic_id: uuid.UUID,
    starts_at: datetime,
    practitioner_id: uuid.UUID | None = None,
    patient_id: uuid.UUID | None = None,
    appointment_id: uuid.UUID | None = None,
    any_practitioner: bool = False,
    hold_id: uuid.UUID | None = None,
) -> Explanation:
    """What each rule says of one start, for the patient that search would ask about; a constant number of statements.

    Raises NotFound, and ValidationFailed for a visit of another service.
    """
    day = starts_at.date()
    window = Window(day - timedelta(days=1), day + LOOK_AHEAD)
    asked = question_of(
        visitor,
        service=service,
        window=window,
        clinic_ids=(clinic_id,),
        practitioner_ids=(practitioner_id,) if practitioner_id else (),
        patient_id=patient_id,
        appointment_id=appointment_id,
        any_practitioner=any_practitioner,
        hold_id=hold_id,
    )
    facts = gather(replace(asked, window=window))
    lane, refused = _nearest(facts, start := minute_of(starts_at))
    may = visitor is not None and visitor.may(Permission.APPOINTMENT_OVERRIDE, clinic_id=clinic_id)
    return replace(_explanation(lane, start, refused, may_override=may), patient_id=asked.patient_id)


def next_starts(question: Question, starts_at: datetime, codes: Collection[str]) -> dict[str, datetime | None]:
    """For each of these rules the next start that it alone admits, about whoever comes nearest to a yes; None: none in
    five weeks, or the rule is not about starts. In one statement."""
    day = starts_at.date()
    facts = gather(replace(question, window=Window(day - timedelta(days=1), day + LOOK_AHEAD)))
    start = minute_of(starts_at)
    lane, _ = _nearest(facts, start)
    later = _later(lane, start)
    admit = {rule.code.value: admitted(rule, lane) for rule in RULES if rule.code.value in codes}
    found = {code: next(iter(admits.starts_on(later)), None) for code, admits in admit.items()}
    zone = lane.place.clinic.zone
    return {code: None if minute is None else instant_of(minute).astimezone(zone) for code, minute in found.items()}


def _nearest(facts: Facts, start: int) -> tuple[Lane, set[RuleCode]]:
    [place] = facts.places
    if not facts.practitioners:
        # Nobody gives it, so nothing of a practitioner can refuse: that is what booking says, too.
        return Lane(place, NOBODY), {RuleCode.NOT_OFFERED}
    lanes = [Lane(place, practitioner) for practitioner in facts.practitioners]
    found = [(lane, refusing(lane, start)) for lane in lanes]
    lane, rules = min(found, key=lambda one: (bool(one[1]), distance_from_yes(one[1])))
    return lane, {rule.code for rule in rules}


def _later(lane: Lane, start: int) -> list[int]:
    return [minute for minute in lane.place.grid if start < minute <= LAST_START]


def _explanation(lane: Lane, start: int, refused: set[RuleCode], *, may_override: bool) -> Explanation:
    later = _later(lane, start)
    sets = {rule.code: admitted(rule, lane) for rule in RULES}
    verdicts = [
        Verdict(
            rule,
            passes=rule.code not in refused,
            next_start=next(iter(sets[rule.code].starts_on(later)), None) if rule.code in refused else None,
            can_override=rule.code in refused and may_override and rule.kind == RuleClass.SOFT,
        )
        for rule in RULES
    ]
    everything = later
    for admits in sets.values():
        everything = admits.starts_on(everything)
    practitioner_id = None if lane.practitioner is NOBODY else lane.practitioner.id
    return Explanation(lane.place.clinic.zone, practitioner_id, verdicts, next(iter(everything), None))
