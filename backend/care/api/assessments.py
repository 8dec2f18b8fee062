"""What physiotherapists find before a treatment. Health data: never stored in a receipt, each read is kept (D11)."""

import uuid
from collections.abc import Mapping
from typing import Any

from backend.care.actions.amend_assessment import amend_assessment
from backend.care.actions.change_assessment import change_assessment
from backend.care.actions.draft_assessment import draft_assessment
from backend.care.actions.note_assessments_read import note_assessments_read
from backend.care.actions.sign_assessment import sign_assessment
from backend.care.api.assessment_shapes import (
    Assessment,
    AssessmentAmendmentRequest,
    AssessmentChangesRequest,
    AssessmentQuery,
    AssessmentRequest,
    AssessmentVersion,
)
from backend.care.errors import AssessmentIncomplete, AssessmentIsSigned, AssessmentNotSigned, NotCertified
from backend.care.queries.assessments import assessments_for, get_assessment_for
from backend.common.errors import AlreadyExists, EtagMismatch
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.patients.errors import PatientMerged
from backend.patients.queries.visible import get_patient_for


class _OfAssessment(Operation):
    """Answers the assessment as it is then; a replay loads it again."""

    permission = Permission.ASSESSMENT_WRITE
    returns = Assessment
    rerender = True

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return get_assessment_for(call.actor, resource_id)


class CreateAssessment(_OfAssessment):
    """Begin the assessment of a patient.

    By a practitioner of a clinic that knows the patient. It is a draft until it is signed, and changes with
    updateAssessment. One visit has at most one.
    """

    accepts = AssessmentRequest
    status = 201
    raises = (AlreadyExists, PatientMerged)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Another clinic's patient is as if absent."""
        content = _flat(call.body)
        where = {name: content.pop(name) for name in ("clinic_id", "appointment_id") if name in content}
        made = draft_assessment(call.actor, patient_id=patient_id, content=content, **where)
        return Reply(get_assessment_for(call.actor, made.pk), location=f"/v1/assessments/{made.pk}")


class ListAssessments(Operation):
    """List a patient's assessments.

    The newest first, drafts too, each with what it says now. For those who treat at a clinic that knows the patient;
    the audit log keeps who was shown them.
    """

    permission = Permission.ASSESSMENT_READ
    query = AssessmentQuery
    returns = page_of(Assessment)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Another's patient is as if absent."""
        get_patient_for(call.actor, patient_id, Permission.ASSESSMENT_READ)
        reply = paginate(call, assessments_for(call.actor).filter(patient_id=patient_id), order=["-id"])
        ids = [one.pk for one in reply.data["results"]]
        note_assessments_read(call.actor, patient_id=patient_id, assessment_ids=ids)
        return reply


class GetAssessment(Operation):
    """Read one assessment.

    For those who treat at a clinic that knows the patient. The audit log keeps who read it.
    """

    permission = Permission.ASSESSMENT_READ
    returns = Assessment

    def handle(self, call: Call, assessment_id: uuid.UUID) -> Reply:
        """Another's is as if absent."""
        found = get_assessment_for(call.actor, assessment_id)
        note_assessments_read(call.actor, patient_id=found.patient_id, assessment_ids=[found.pk])
        return Reply(found)


class UpdateAssessment(_OfAssessment):
    """Write on at a draft.

    What is absent stays; a list that is sent takes the place of the whole list. A signed assessment answers
    `invalid_transition`: amend it.
    """

    accepts = AssessmentChangesRequest
    raises = (AssessmentIsSigned, EtagMismatch)

    def handle(self, call: Call, assessment_id: uuid.UUID) -> Reply:
        """Any practitioner of the clinic: the audit log keeps who wrote."""
        version, changes = call.expected_version, _flat(call.body)
        change_assessment(call.actor, assessment_id=assessment_id, changes=changes, expected_version=version)
        return Reply(get_assessment_for(call.actor, assessment_id))


class SignAssessment(_OfAssessment):
    """Sign an assessment.

    By who holds every proof that the treatment requires at the clinic today. All three parts and a decision must be
    there (`assessment_incomplete`). A `candidate` is cleared at once, for a year, and can book the treatment. From
    then on it is amended only.
    """

    if_match = IfMatch.OPTIONAL
    raises = (NotCertified, AssessmentIsSigned, AssessmentIncomplete, EtagMismatch)

    def handle(self, call: Call, assessment_id: uuid.UUID) -> Reply:
        """Nobody signs what is about themselves or about whom they look after."""
        sign_assessment(call.actor, assessment_id=assessment_id, expected_version=call.expected_version)
        return Reply(get_assessment_for(call.actor, assessment_id))


class AmendAssessment(_OfAssessment):
    """Amend a signed assessment.

    As a further version, signed by the caller; earlier ones stay readable at listAssessmentVersions. Where a candidate
    becomes none, the clearance ends: no visit is cancelled, but those that are booked are put on the at-risk lists,
    and check-in refuses them.
    """

    accepts = AssessmentAmendmentRequest
    if_match = IfMatch.OPTIONAL
    raises = (NotCertified, AssessmentNotSigned, AssessmentIncomplete, EtagMismatch)

    def handle(self, call: Call, assessment_id: uuid.UUID) -> Reply:
        """By who could sign it today."""
        changes, version = _flat(call.body), call.expected_version
        reason = changes.pop("reason")
        amend_assessment(
            call.actor, assessment_id=assessment_id, reason=reason, changes=changes, expected_version=version
        )
        return Reply(get_assessment_for(call.actor, assessment_id))


class ListAssessmentVersions(Operation):
    """List what an assessment said.

    Every version, the newest first, with who signed it and why it was amended. The audit log keeps who read it.
    """

    permission = Permission.ASSESSMENT_READ
    query = PageQuery
    returns = page_of(AssessmentVersion)

    def handle(self, call: Call, assessment_id: uuid.UUID) -> Reply:
        """Another's is as if absent."""
        found = get_assessment_for(call.actor, assessment_id)
        reply = paginate(call, found.versions.select_related("written_by", "signed_by"), order=["-number"])
        note_assessments_read(call.actor, patient_id=found.patient_id, assessment_ids=[found.pk])
        return reply


def _flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version: factors stand there one by one, and lists as JSON keeps them."""
    flat = {**body, **body.get("factors", {})}
    flat.pop("factors", None)
    if "trigger_points" in flat:
        flat["trigger_points"] = [{name: str(value) for name, value in one.items()} for one in flat["trigger_points"]]
    return flat
