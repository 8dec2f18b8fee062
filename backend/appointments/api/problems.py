"""The members that booking adds to a problem."""

from backend.appointments.api.slot_shapes import Alternative
from backend.appointments.enums import RuleClass, RuleCode
from backend.common.http import fields
from backend.common.http.problem_shape import add_problem_member
from backend.common.http.serializers import StrictSerializer, list_of


class RefusingRule(StrictSerializer):
    """A rule that refuses a start."""

    code = fields.ChoiceField(RuleCode, help_text="Stable name of the rule; the same in every answer that names it.")
    # `class` cannot be written as an attribute; see below.
    detail = fields.CharField(max_length=200, help_text="The same for people, in the language asked for.")


RefusingRule._declared_fields["class"] = fields.ChoiceField(
    RuleClass, help_text="`soft`: staff with the right may set it aside with a reason. `hard`: nobody may."
)


def describe() -> None:
    """Add them to the shape of a problem; once, when routes are read."""
    add_problem_member(
        "rules", list_of(RefusingRule, max_length=30, help_text="With booking errors: the rules that refuse the start.")
    )
    add_problem_member(
        "alternatives",
        list_of(Alternative, max_length=3, help_text="With `slot_taken`: the next starts that can be booked instead."),
    )
    add_problem_member(
        "from_status", fields.CharField(max_length=12, help_text="With `invalid_transition`: the state it is in.")
    )
    add_problem_member(
        "to_status", fields.CharField(max_length=12, help_text="With `invalid_transition`: the state asked for.")
    )
    add_problem_member(
        "max_days", fields.IntegerField(min_value=1, help_text="With `range_too_long`: how many days are allowed.")
    )
