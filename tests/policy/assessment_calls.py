"""Valid calls of assessments, aimed by an actor at a patient, and what must have been found before."""

from collections.abc import Mapping
from typing import Any

from backend.care.models import Assessment
from backend.patients.models import Patient
from tests.care.assessments import FOUND, assessment_row
from tests.policy.aftercare_calls import DISTANCES, Aim, Ready
from tests.policy.world import ABSENT, World

Parts = dict[str, Any]


def patient(**parts: Any) -> Aim:
    """About the patient at that distance."""

    def aim(world: World, actor: str, target: str) -> Parts:
        return {"path": {"patient_id": world.person(actor, target)}, **parts}

    return aim


def begin(world: World, actor: str, target: str) -> Parts:
    """At the clinic of who calls."""
    return patient(body={"clinic_id": str(world.home(actor).pk), **FOUND})(world, actor, target)


def of_patient(**parts: Any) -> Aim:
    """At the assessment of the patient at that distance."""

    def aim(world: World, actor: str, target: str) -> Parts:
        row = Assessment.objects.filter(patient_id=world.person(actor, target)).order_by("pk").last()
        return {"path": {"assessment_id": row.pk if row else ABSENT}, **parts}

    return aim


def _assessed(world: World, *, is_signed: bool) -> None:
    for one in Patient.objects.filter(appointments__in=[visit.pk for visit in world.visits.values()]).distinct():
        clinic = (
            world.cast.langley if one.clinic_links.filter(clinic=world.cast.langley).exists() else world.cast.coquitlam
        )
        assessment_row(one, clinic, world.cast.owner, is_signed=is_signed)


def drafted(world: World) -> None:
    """Every patient has an assessment, ready to be signed."""
    _assessed(world, is_signed=False)


def signed(world: World) -> None:
    """Every patient has an assessment, signed."""
    _assessed(world, is_signed=True)


ASSESSMENTS: Mapping[str, tuple[Aim, tuple[str, ...], Ready]] = {
    "createAssessment": (begin, DISTANCES, lambda _: None),
    "listAssessments": (patient(), DISTANCES, drafted),
    "getAssessment": (of_patient(), DISTANCES, drafted),
    "updateAssessment": (of_patient(body={"conclusion": "More"}, if_match="*"), DISTANCES, drafted),
    "signAssessment": (of_patient(), DISTANCES, drafted),
    "amendAssessment": (of_patient(body={"conclusion": "More", "reason": "Forgotten"}), DISTANCES, signed),
    "listAssessmentVersions": (of_patient(), DISTANCES, signed),
}
