"""Merges in bodies."""

from typing import Any

from backend.common.errors import Code
from backend.common.http import fields
from backend.common.http.problem_shape import Problem, add_problem
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer, list_of
from backend.privacy.enums import ContradictionKind, MergeStatus
from backend.privacy.queries.contradictions import MOST

WHY = "Why the two are one person: what they showed, what was compared."


def _name(who: str, **options: Any) -> fields.CharField:
    return fields.CharField(max_length=201, help_text=f"The name of {who}.", **options)


def _moment(what: str) -> fields.DateTimeField:
    return fields.DateTimeField(allow_null=True, help_text=f"When {what}; null until then.")


class PatientMergeRequest(StrictSerializer):
    """Which record takes in which."""

    survivor_id = fields.UUIDField(help_text="The patient who stays, and has the visits and records of both.")
    duplicate_id = fields.UUIDField(help_text="The patient who is the same person; has no account of their own.")
    reason = fields.CharField(max_length=500, help_text=WHY)


class MergeReversalRequest(StrictSerializer):
    """Why a merge is to be taken back."""

    reason = fields.CharField(max_length=500, help_text="Why the two are different people after all.")


class PatientMergeQuery(PageQuery):
    """Filters of the list of merges."""

    status = fields.ChoiceField(MergeStatus, required=False, help_text="Only merges that stand there, say `proposed`.")
    patient = fields.UUIDField(required=False, help_text="Only merges of this patient, who stays or was taken in.")


class PatientMerge(VersionedSerializer):
    """That two records are of one person, who said so, and who approved it."""

    id = fields.UUIDField(help_text="The merge; stays the same when it is taken back.")
    status = fields.ChoiceField(MergeStatus, help_text="Where it stands; members may be added.")
    survivor_id = fields.UUIDField(help_text="The patient who stays, and has the visits and records of both.")
    survivor_name = _name("the patient who stays", source="survivor")
    duplicate_id = fields.UUIDField(help_text="The patient who is taken in; getPatient of it tells `merged_into_id`.")
    duplicate_name = _name("the patient who is taken in", source="duplicate")
    reason = fields.CharField(max_length=500, help_text=WHY)
    proposed_at = fields.DateTimeField(help_text="When somebody proposed it.")
    proposed_by_id = fields.UUIDField(help_text="Who proposed it; somebody else approves it.")
    proposed_by_name = _name("who proposed it")
    declined_at = _moment("somebody declined it")
    declined_by_name = _name("who declined it; null if nobody did", allow_null=True)
    merged_at = _moment("a second person approved it")
    merged_by_name = _name("who approved it; null until then", allow_null=True)
    reversal_reason = fields.CharField(
        max_length=500, allow_blank=True, help_text="Why it is to be taken back; empty unless somebody says so."
    )
    reversal_proposed_at = _moment("somebody proposed to take it back")
    reversal_proposed_by_id = fields.UUIDField(
        allow_null=True, help_text="Who proposed to take it back; somebody else approves that."
    )
    reversal_proposed_by_name = _name("who proposed to take it back; null until then", allow_null=True)
    reversed_at = _moment("it was taken back")
    reversed_by_name = _name("who approved that; null until then", allow_null=True)


class MergeContradiction(StrictSerializer):
    """Two rows that one person cannot have both."""

    kind = fields.ChoiceField(ContradictionKind, help_text="What they are; a `hold` runs out within minutes.")
    survivor_row_id = fields.UUIDField(help_text="That of the patient who stays: a visit, hold, course or entry.")
    duplicate_row_id = fields.UUIDField(help_text="That of the duplicate: cancel, move or end one of the two.")


class MergeProblem(Problem):
    """Two records that contradict each other."""

    codes = frozenset({Code.MERGE_CONFLICT})

    conflicts = list_of(
        MergeContradiction, max_length=MOST, help_text="Each pair of which one person can have one; cancel or end one."
    )


class MergedProblem(Problem):
    """A record that another one took in."""

    codes = frozenset({Code.PATIENT_MERGED})

    merged_into_id = fields.UUIDField(
        allow_null=True, help_text="The patient to go on with; null if it was merged just now: read it at getPatient."
    )


def describe() -> None:
    """Tell how these problems look; once, when routes are read."""
    for shape in (MergeProblem, MergedProblem):
        add_problem(shape)
