"""What tests find when they assess a patient."""

from typing import Any

from backend.care.enums import AssessmentOutcome
from backend.care.models import Assessment, AssessmentVersion
from backend.clinics.models import Clinic
from backend.common import clock
from backend.patients.models import Patient
from tests.appointments.calls import api, made
from tests.cast import Cast

PARTS = {
    "autonomic_tests": "Matchstick test positive at L4.",
    "palpation": "Ropy bands in the left multifidus.",
    "movement_screen": "Extension limited by a third.",
}
FOUND: dict[str, Any] = {
    "region": "lower_back",
    **PARTS,
    "trigger_points": [{"muscle": "gluteus medius", "side": "left"}],
    "tight_muscles": ["multifidus"],
    "factors": {"severity": "moderate", "nerve_state": "fair"},
    "outcome": "candidate",
    "conclusion": "Six sessions to begin with.",
}


def assessments_of(patient: Patient) -> str:
    """Where a patient's assessments are."""
    return f"/v1/patients/{patient.pk}/assessments"


def draft(cast: Cast, patient: Patient, *, clinic: Clinic | None = None, **found: Any) -> dict[str, Any]:
    """An assessment by the IMS physiotherapist, whole unless told."""
    where = {"clinic_id": str((clinic or cast.coquitlam).pk)}
    return made(api(cast.ims).post(assessments_of(patient), {**where, **FOUND, **found}))


def signed(cast: Cast, patient: Patient, **found: Any) -> dict[str, Any]:
    """The same, signed."""
    begun = draft(cast, patient, **found)
    answer = api(cast.ims).post(f"/v1/assessments/{begun['id']}/sign")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def assessment_row(patient: Patient, clinic: Clinic, writer: Any, *, is_signed: bool) -> Assessment:
    """One put straight into the tables, of somebody who is no candidate."""
    row: Assessment = Assessment.objects.create(patient=patient, clinic=clinic)
    signature = {"signed_at": clock.now(), "signed_by": writer} if is_signed else {}
    AssessmentVersion.objects.create(
        assessment=row,
        number=1,
        region="neck",
        **PARTS,
        outcome=AssessmentOutcome.NOT_A_CANDIDATE,
        written_by=writer,
        **signature,
    )
    return row
