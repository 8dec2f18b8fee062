"""Valid calls about merges of duplicate patients: at each clinic somebody is known twice."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.clinics.models import Clinic
from backend.common import clock
from backend.patients.models import Patient, PatientClinic
from backend.privacy.enums import MergeStatus
from backend.privacy.models import PatientMerge
from tests.policy.world import ABSENT, World

Parts = dict[str, Any]
_NAME = "Twin"


def _doubled(world: World) -> None:
    for clinic in (world.cast.coquitlam, world.cast.langley):
        twin = Patient.objects.create(given_name=_NAME, family_name=str(clinic.pk))
        PatientClinic.objects.create(patient=twin, clinic=clinic, origin="desk")


def twice_known(world: World) -> None:
    """By somebody who does not call it."""
    _doubled(world)
    by = {"proposed_at": clock.now(), "proposed_by": world.cast.masseur.user, "reason": "The same person"}
    for clinic, survivor in ((world.cast.coquitlam, world.cast.cleared), (world.cast.langley, world.cast.stranger)):
        PatientMerge.objects.create(survivor=survivor, duplicate=_twin(clinic), **by)


def _merged(world: World) -> None:
    twice_known(world)
    by = {"merged_at": clock.now(), "merged_by": world.cast.owner}
    for merge in PatientMerge.objects.all():
        Patient.objects.filter(pk=merge.duplicate_id).update(merged_into=merge.survivor_id)
        PatientMerge.objects.filter(pk=merge.pk).update(status=MergeStatus.MERGED, **by)


def _twin(clinic: Clinic) -> Patient:
    found: Patient = Patient.objects.get(given_name=_NAME, family_name=str(clinic.pk))
    return found


def _propose(world: World, actor: str, target: str) -> Parts:
    clinic = world.away(actor) if target == "other_clinic" else world.home(actor)
    survivor = world.cast.stranger if world.home(actor) == world.cast.langley else world.cast.cleared
    duplicate = ABSENT if target == "absent" else _twin(clinic).pk
    body = {"survivor_id": str(survivor.pk), "duplicate_id": str(duplicate), "reason": "The same person"}
    return {"body": body}


def _at(**parts: Any) -> Callable[[World, str, str], Parts]:
    def aim(world: World, actor: str, target: str) -> Parts:
        clinic = world.away(actor) if target == "other_clinic" else world.home(actor)
        found = None if target == "absent" else PatientMerge.objects.get(duplicate=_twin(clinic))
        return {"path": {"merge_id": found.pk if found else ABSENT}, **parts}

    return aim


_WHOSE = ("same_clinic", "other_clinic", "absent")
MERGES: Mapping[str, tuple[Any, tuple[str, ...], Callable[[World], None]]] = {
    "proposePatientMerge": (_propose, _WHOSE, _doubled),
    "listPatientMerges": (lambda *_: {}, ("any",), twice_known),
    "getPatientMerge": (_at(), _WHOSE, twice_known),
    "approvePatientMerge": (_at(if_match="*"), _WHOSE, twice_known),
    "declinePatientMerge": (_at(), _WHOSE, twice_known),
    "proposePatientMergeReversal": (_at(body={"reason": "Two people"}), _WHOSE, _merged),
}
