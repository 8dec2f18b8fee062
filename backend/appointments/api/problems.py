"""How the problems of booking look: with members of their own."""

from backend.appointments.api.series_shapes import SeriesConflict
from backend.appointments.api.slot_shapes import Alternative
from backend.appointments.enums import RuleClass, RuleCode
from backend.common.errors import Code
from backend.common.http import fields
from backend.common.http.problem_shape import Problem, add_problem
from backend.common.http.serializers import StrictSerializer, list_of


class RefusingRule(StrictSerializer):
    """A rule that refuses a start."""

    code = fields.ChoiceField(RuleCode, help_text="Stable name of the rule; the same in every answer that names it.")
    # `class` cannot be written as an attribute; see below.
    detail = fields.CharField(max_length=200, help_text="The same for people, in the language asked for.")
    remedy = fields.CharField(max_length=200, help_text="What would help, for people, in the language asked for.")
    next_start_at = fields.DateTimeField(
        allow_null=True,
        help_text="The next start that this rule alone admits, with the clinic's offset: `spacing_too_short` tells the "
        "first date by it. Null: none in five weeks, or not about starts; with `slot_taken` read `alternatives`.",
    )


RefusingRule._declared_fields["class"] = fields.ChoiceField(
    RuleClass, help_text="`soft`: staff with the right may set it aside with a reason. `hard`: nobody may."
)


class RuleProblem(Problem):
    """A start, or a check-in, that rules refuse."""

    codes = frozenset({Code.SLOT_NOT_BOOKABLE, Code.OVERRIDE_NOT_ALLOWED, Code.CHECK_IN_REFUSED})

    rules = list_of(
        RefusingRule,
        max_length=30,
        help_text="With `slot_not_bookable`: the rules that refuse the start; with `override_not_allowed`: the rule "
        "that the caller may not set aside; with `check_in_refused`: what is missing on the day of the visit.",
    )


class SlotTakenProblem(Problem):
    """A start that somebody else was given."""

    codes = frozenset({Code.SLOT_TAKEN})

    rules = list_of(RefusingRule, max_length=30, help_text="The rules that refuse the start; empty: nobody is free.")
    alternatives = list_of(
        Alternative,
        max_length=3,
        help_text="The next starts that can be booked instead, each as it stands; empty where there is none.",
    )


class OverlapProblem(Problem):
    """A start at which the patient has another visit, or holds another time."""

    codes = frozenset({Code.PATIENT_OVERLAP})

    rules = list_of(RefusingRule, max_length=30, help_text="The rules that refuse the start, `patient_busy` of them.")


class SeriesProblem(Problem):
    """Visits that cannot all be booked together."""

    codes = frozenset({Code.SERIES_CONFLICT})

    conflicts = list_of(
        SeriesConflict,
        max_length=20,
        help_text="Each visit that rules refuse, and what could be booked instead.",
    )


class TransitionProblem(Problem):
    """A step that the visit cannot take from where it is."""

    codes = frozenset({Code.INVALID_TRANSITION})
    is_loose = True

    from_status = fields.CharField(
        max_length=12, required=False, help_text="The state it is in; absent where more than the state refuses."
    )
    to_status = fields.CharField(
        max_length=12, required=False, help_text="The state asked for; absent where more than the state refuses."
    )


class HoldBookedProblem(Problem):
    """A hold that is a visit already."""

    codes = frozenset({Code.HOLD_BOOKED})

    appointment_id = fields.UUIDField(help_text="The visit that the hold has become.")


class FeeProblem(Problem):
    """A cancellation that costs something else than the person was told."""

    codes = frozenset({Code.FEE_CHANGED})

    fee_if_now_minor = fields.IntegerField(min_value=0, help_text="What cancelling costs by now, in cents.")
    currency = fields.CharField(max_length=3, help_text="The currency of the fee, ISO 4217.")


class RangeProblem(Problem):
    """More days than one answer covers."""

    codes = frozenset({Code.RANGE_TOO_LONG})

    max_days = fields.IntegerField(min_value=1, help_text="How many days are allowed at most.")


def describe() -> None:
    """Tell how these look; once, when routes are read."""
    for shape in (RuleProblem, SlotTakenProblem, OverlapProblem, SeriesProblem, TransitionProblem):
        add_problem(shape)
    for other in (HoldBookedProblem, FeeProblem, RangeProblem):
        add_problem(other)
