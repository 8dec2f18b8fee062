"""Shapes of assessments: what was found and decided before a treatment (D8, D14). Health data throughout."""

from typing import Any

from backend.care.enums import AssessmentOutcome, AssessmentStatus, Condition, Degree, Side
from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer, list_of
from backend.patients.enums import BodyRegion

POINTS, LONG = 40, 4000
_PARTS = {
    "autonomic_tests": "What the tests of the autonomic nervous system showed",
    "palpation": "What palpation showed, tight bands and tenderness",
    "movement_screen": "What the movement screen showed",
}
_REGION = "The part of the body that was assessed."
_POINTS = "Trigger points that were found, each by its muscle and side."
_MUSCLES = "The muscles that were found tight, one name each."
_OUTCOME = (
    "What the assessment decides: a `candidate` may book the treatment once it is signed; `not_a_candidate` and "
    "`refer_on` may not; `undecided` while it is a draft."
)
_CONCLUSION = "Why it was decided so and what is planned, for those who treat; may be empty."


class TriggerPoint(StrictSerializer):
    """A trigger point that was found, and where."""

    muscle = fields.CharField(max_length=80, help_text="The muscle that it lies in, in the words of who found it.")
    side = fields.ChoiceField(Side, name="BodySide", help_text="The side of the body; `midline` where there is none.")


class AssessmentFactors(StrictSerializer):
    """What makes a course of treatment shorter or longer (D14)."""

    general_health = fields.ChoiceField(Condition, help_text="The patient's general health, as far as it bears on it.")
    extent = fields.ChoiceField(Degree, help_text="How far the condition extends over the body.")
    severity = fields.ChoiceField(Degree, help_text="How severe the condition is at this assessment.")
    scar_tissue = fields.ChoiceField(Degree, help_text="How much scar tissue there is in the muscles.")
    healing_response = fields.ChoiceField(Condition, help_text="How the body responded to treatment so far.")
    nerve_state = fields.ChoiceField(Condition, help_text="The state that the nerves of the region are in.")


class FactorChanges(StrictSerializer):
    """Factors to state; an absent one stays as it is, `not_stated` at first."""

    general_health = fields.ChoiceField(Condition, required=False, help_text="The patient's general health.")
    extent = fields.ChoiceField(Degree, required=False, help_text="How far the condition extends over the body.")
    severity = fields.ChoiceField(Degree, required=False, help_text="How severe the condition is now.")
    scar_tissue = fields.ChoiceField(Degree, required=False, help_text="How much scar tissue there is in the muscles.")
    healing_response = fields.ChoiceField(Condition, required=False, help_text="How the body responded so far.")
    nerve_state = fields.ChoiceField(Condition, required=False, help_text="The state of the nerves of the region.")


def _part(name: str) -> Any:
    said = f"{_PARTS[name]}; empty while it is not done. All three parts are needed to sign."
    return fields.CharField(required=False, allow_blank=True, max_length=LONG, help_text=said)


class _Content(StrictSerializer):
    autonomic_tests = _part("autonomic_tests")
    palpation = _part("palpation")
    movement_screen = _part("movement_screen")
    trigger_points = list_of(TriggerPoint, max_length=POINTS, required=False, help_text=_POINTS)
    tight_muscles = fields.ListField(
        child=fields.CharField(max_length=80, help_text="The name of one muscle that was found tight."),
        max_length=POINTS,
        required=False,
        help_text=_MUSCLES,
    )
    factors = FactorChanges(required=False, help_text="What makes a course of treatment shorter or longer.")
    outcome = fields.ChoiceField(AssessmentOutcome, required=False, help_text=_OUTCOME)
    conclusion = fields.CharField(required=False, allow_blank=True, max_length=LONG, help_text=_CONCLUSION)


class AssessmentRequest(_Content):
    """Where and of what, and as much of what was found as is known. The rest is entered with updateAssessment."""

    clinic_id = fields.UUIDField(help_text="The clinic: one of the caller's, and one that knows the patient.")
    appointment_id = fields.UUIDField(
        required=False, help_text="The visit in which the patient is assessed; absent where it was not booked."
    )
    region = fields.ChoiceField(BodyRegion, help_text=_REGION)


class AssessmentChangesRequest(_Content):
    """What to change; what is absent stays."""

    region = fields.ChoiceField(BodyRegion, required=False, help_text=_REGION)


class AssessmentAmendmentRequest(AssessmentChangesRequest):
    """What to change in a signed assessment, and why; what is absent stays."""

    reason = fields.CharField(max_length=500, help_text="Why it is amended; kept with it, for those who treat.")


class AssessmentVersion(StrictSerializer):
    """What an assessment said, from one signature to the next amendment."""

    number = fields.IntegerField(min_value=1, max_value=32767, help_text="Counts from 1; the highest is in force.")
    region = fields.ChoiceField(BodyRegion, help_text=_REGION)
    autonomic_tests = fields.CharField(max_length=LONG, help_text=f"{_PARTS['autonomic_tests']}; empty: not done yet.")
    palpation = fields.CharField(max_length=LONG, help_text=f"{_PARTS['palpation']}; empty: not done yet.")
    movement_screen = fields.CharField(max_length=LONG, help_text=f"{_PARTS['movement_screen']}; empty: not done yet.")
    trigger_points = list_of(TriggerPoint, max_length=POINTS, help_text=_POINTS)
    tight_muscles = fields.ListField(
        child=fields.CharField(max_length=80, help_text="The name of one muscle that was found tight."),
        max_length=POINTS,
        help_text=_MUSCLES,
    )
    factors = AssessmentFactors(source="*", help_text="What makes a course of treatment shorter or longer.")
    age_years = fields.IntegerField(
        min_value=0,
        max_value=32767,
        allow_null=True,
        help_text="The patient's age when it was signed; null: not known.",
    )
    outcome = fields.ChoiceField(AssessmentOutcome, help_text=_OUTCOME)
    conclusion = fields.CharField(max_length=LONG, help_text=_CONCLUSION)
    reason = fields.CharField(max_length=500, help_text="Why it was amended; empty for the first version.")
    written_by_name = fields.CharField(max_length=201, help_text="Who wrote it last, by name.")
    signed_at = fields.DateTimeField(allow_null=True, help_text="When it was signed; null while it is a draft.")
    signed_by_name = fields.CharField(max_length=201, allow_null=True, help_text="Who signed it; null: nobody yet.")


class Assessment(VersionedSerializer):
    """An assessment, and what it says now."""

    id = fields.UUIDField(help_text="This assessment; stays the same for good.")
    patient_id = fields.UUIDField(help_text="The patient who was assessed.")
    clinic_id = fields.UUIDField(help_text="The clinic where the patient was assessed.")
    appointment_id = fields.UUIDField(allow_null=True, help_text="The visit it belongs to; null if none was named.")
    status = fields.ChoiceField(
        AssessmentStatus, help_text="A `draft` is changed with updateAssessment, a `signed` one with amendAssessment."
    )
    current = AssessmentVersion(help_text="What it says now: the draft, or the version that was signed last.")
    clearance_until_date = fields.DateField(
        source="clearance_until",
        allow_null=True,
        help_text="The last date of the clearance that it gave; null where it gave none, or took it back.",
    )
    created_at = fields.DateTimeField(help_text="When the assessment was begun.")


class AssessmentQuery(PageQuery):
    """Which assessments of a patient: all, the newest first."""
