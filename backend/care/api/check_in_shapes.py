"""Check-ins after a visit in questions and answers."""

from backend.care.enums import AlarmSymptom, CheckInPoint, CheckInState
from backend.common.errors import Code
from backend.common.http import fields
from backend.common.http.problem_shape import Problem, add_problem
from backend.common.http.serializers import StrictSerializer, list_of
from backend.patients.enums import Party

_POINTS, _ALARMS = len(CheckInPoint), 20


class CheckInProblem(Problem):
    """A check-in that is not asked at this moment."""

    codes = frozenset({Code.CHECK_IN_NOT_DUE})

    opens_at = fields.DateTimeField(allow_null=True, help_text="From when it is asked; null: never.")
    closes_at = fields.DateTimeField(allow_null=True, help_text="Until when it is asked; null: never.")
    clinic_phone = fields.CharField(max_length=20, help_text="The phone of the clinic, E.164.")


add_problem(CheckInProblem)


class CheckInRequest(StrictSerializer):
    """How the patient is, a day or two after the visit."""

    point = fields.ChoiceField(CheckInPoint, help_text="Which of the check-ins is answered; it must be `open`.")
    soreness = fields.IntegerField(min_value=0, max_value=10, help_text="Soreness from 0, none, to 10, the worst.")
    is_light_headed = fields.BooleanField(help_text="Whether the patient is or was light-headed since the visit.")
    alarms = fields.ListField(
        child=fields.ChoiceField(AlarmSymptom),
        required=False,
        default=list,
        max_length=_ALARMS,
        help_text="What is alarming; absent or empty: nothing is.",
    )


class CheckIn(StrictSerializer):
    """How the patient said they were, and what to do now."""

    id = fields.UUIDField(help_text="This answer; it never changes.")
    appointment_id = fields.UUIDField(help_text="The visit that it follows.")
    point = fields.ChoiceField(CheckInPoint, help_text="Which of the check-ins was answered.")
    soreness = fields.IntegerField(min_value=0, max_value=10, help_text="Soreness from 0, none, to 10, the worst.")
    is_light_headed = fields.BooleanField(help_text="Whether the patient is or was light-headed since the visit.")
    alarms = fields.ListField(
        child=fields.ChoiceField(AlarmSymptom), max_length=_ALARMS, help_text="What is alarming; empty: nothing is."
    )
    is_alarming = fields.BooleanField(help_text="True: show what_to_do and clinic_phone at once, with a call button.")
    answered_at = fields.DateTimeField(help_text="When it was answered.")
    answered_by = fields.ChoiceField(
        Party, source="party", name="EnteredBy", help_text="On whose side it was answered."
    )
    what_to_do = fields.CharField(max_length=500, help_text="What to do now, in the caller's language.")
    clinic_phone = fields.CharField(
        source="appointment.clinic.phone", max_length=20, help_text="The phone of the clinic, E.164."
    )


class DueCheckIn(StrictSerializer):
    """One of the check-ins after a visit, and the answer if there is one."""

    id = fields.UUIDField(source="answer.pk", allow_null=True, help_text="The answer; null while there is none.")
    point = fields.ChoiceField(CheckInPoint, source="due.point", help_text="When it is asked, after the visit's end.")
    state = fields.ChoiceField(CheckInState, help_text="`open`: answer it now with createCheckIn.")
    opens_at = fields.DateTimeField(help_text="From when it can be answered, with the clinic's offset.")
    closes_at = fields.DateTimeField(help_text="Until when it can be answered, with the clinic's offset.")
    answered_at = fields.DateTimeField(
        source="answer.answered_at", allow_null=True, help_text="When it was answered; null while it is not."
    )
    is_redacted = fields.BooleanField(
        help_text="True where the caller may know whether it was answered, but not what: the rest is empty then."
    )
    soreness = fields.IntegerField(
        source="shown.soreness",
        allow_null=True,
        min_value=0,
        max_value=10,
        help_text="Soreness from 0, none, to 10, the worst; null without an answer.",
    )
    is_light_headed = fields.BooleanField(
        source="shown.is_light_headed",
        allow_null=True,
        help_text="Whether the patient is or was light-headed; null without an answer.",
    )
    alarms = fields.ListField(
        child=fields.ChoiceField(AlarmSymptom), max_length=_ALARMS, help_text="What is alarming; empty: nothing is."
    )


class CheckIns(StrictSerializer):
    """The check-ins after a visit."""

    results = list_of(DueCheckIn, max_length=_POINTS, help_text="In their order; none where the patient is not asked.")
    clinic_phone = fields.CharField(max_length=20, help_text="The phone of the clinic, E.164.")
