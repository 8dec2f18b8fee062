"""The booking rules: one row each. A new rule is a new row here, its set in `sets`, and its test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend.appointments.enums import RuleClass, RuleCode
from backend.appointments.rules import sets
from backend.appointments.rules.facts import Lane, Place, RoomFacts
from backend.common.periods import Periods

HARD, SOFT = RuleClass.HARD, RuleClass.SOFT


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason why a start may be refused (R3).

    The admitted starts are those of `at_place` that are also those of `in_lane`, and of `in_room` for any one room:
    what depends on the clinic and the patient alone is worked out once for all practitioners. `fixed_by_hold`: settled
    when the time was held, so not asked again when the hold is booked; minutes pass meanwhile, and the patient must not
    lose the time for it. `lifted_by_booking`: the booking call itself can bring what is missing, so neither search nor
    a hold asks for it.

    What search works out in `in_lane`, and at the place of the rules that `last`, is kept until a stamp changes (R11):
    it looks at neither the patient nor the clock. Everything else at a place is asked anew each time.
    """

    code: RuleCode
    kind: RuleClass
    at_place: Callable[[Place], Periods] | None = None
    in_lane: Callable[[Lane], Periods] | None = None
    in_room: Callable[[Place, RoomFacts], Periods] | None = None
    fixed_by_hold: bool = False
    lasts: bool = False
    lifted_by_booking: bool = False


RULES: tuple[Rule, ...] = (
    Rule(RuleCode.NOT_OFFERED, HARD, sets.offered_at_clinic, sets.offered_by_practitioner, lasts=True),
    Rule(RuleCode.PRACTITIONER_INACTIVE, HARD, in_lane=sets.practitioner_active),
    Rule(RuleCode.CREDENTIAL_MISSING, HARD, in_lane=sets.practitioner_certified),
    Rule(RuleCode.SCREENING_NEEDED, HARD, sets.screened),
    Rule(RuleCode.SCREENING_BLOCKED, HARD, sets.not_blocked),
    Rule(RuleCode.ASSESSMENT_NEEDED, HARD, sets.cleared),
    Rule(RuleCode.CONSENT_NEEDED, HARD, sets.consented, lifted_by_booking=True),
    Rule(RuleCode.REVIEW_DUE, SOFT, sets.reviewed),
    Rule(RuleCode.ONLINE_BOOKING_OFF, SOFT, sets.online, lasts=True),
    Rule(RuleCode.DESK_MUST_BOOK, SOFT, sets.not_left_to_the_desk),
    Rule(RuleCode.TOO_SOON, SOFT, sets.soon_enough, fixed_by_hold=True),
    Rule(RuleCode.TOO_FAR, SOFT, sets.near_enough, fixed_by_hold=True),
    Rule(RuleCode.OFF_GRID, SOFT, sets.on_grid, fixed_by_hold=True),
    Rule(RuleCode.OUTSIDE_HOURS, SOFT, sets.clinic_open, sets.practitioner_working, lasts=True),
    Rule(RuleCode.CLINIC_CLOSED, SOFT, sets.clinic_not_closed, lasts=True),
    Rule(RuleCode.PRACTITIONER_AWAY, SOFT, in_lane=sets.practitioner_present),
    Rule(RuleCode.SPACING_TOO_SHORT, SOFT, sets.spaced),
    Rule(RuleCode.PATIENT_BUSY, HARD, sets.patient_free),
    Rule(RuleCode.PRACTITIONER_BUSY, HARD, in_lane=sets.practitioner_free),
    Rule(RuleCode.NO_ROOM, HARD, in_room=sets.room_free, lasts=True),
)
# About holding alone, not about the start: no set of starts, and never asked when a start is booked (`hold_limits`).
HOLD_LIMIT = Rule(RuleCode.HOLD_LIMIT, HARD)
BY_CODE = {rule.code: rule for rule in (*RULES, HOLD_LIMIT)}
BUSY = frozenset({RuleCode.PRACTITIONER_BUSY, RuleCode.NO_ROOM, RuleCode.PATIENT_BUSY})


def refusing(lane: Lane, start: int, *, rules: Iterable[Rule] = RULES) -> tuple[Rule, ...]:
    """The rules that refuse one start, in the order of the registry; none: it can be booked."""
    return tuple(
        rule
        for rule in rules
        if not (rule.at_place is None or start in rule.at_place(lane.place))
        or not (rule.in_lane is None or start in rule.in_lane(lane))
        or not (
            rule.in_room is None or any(start in rule.in_room(lane.place, room) for room in lane.place.clinic.rooms)
        )
    )


def distance_from_yes(rules: Iterable[Rule]) -> tuple[bool, int]:
    """How near these refusals come to a yes: what is merely taken comes nearest, then whom fewer rules refuse."""
    codes = [rule.code for rule in rules]
    return not BUSY.issuperset(codes), len(codes)


def admitted(rule: Rule, lane: Lane) -> Periods:
    """The starts that one rule admits for one practitioner at one place."""
    here = admitted_at_place(rule, lane.place)
    return here & rule.in_lane(lane) if rule.in_lane else here


def admitted_at_place(rule: Rule, place: Place) -> Periods:
    """The starts that it admits there, whoever gives the visit."""
    admitted = rule.at_place(place) if rule.at_place else Periods.EVER
    if rule.in_room:
        admitted &= Periods.union_all(rule.in_room(place, room) for room in place.clinic.rooms)
    return admitted
