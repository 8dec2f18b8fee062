"""What the ids in requests name, and who is shown that anyway."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.accounts.models import User
from backend.patients.models import ConsentText, Patient
from tests.policy.world import World

Rows = Callable[[World, str], Iterable[Any]]
Shown = Callable[[World, str, Any], bool]


def _read_at(*paths: str) -> Shown:
    """Shown to those who get it, or something about it, at one of these addresses."""

    def is_shown(world: World, actor: str, row: Any) -> bool:
        client = world.clients[actor]
        return any(client.get(path.format(row=row)).status_code == 200 for path in paths)

    return is_shown


@dataclass(frozen=True)
class Kind:
    """The rows that an actor may try, and whether one is shown to them at its own address; `why_public` is the reason
    why an id of the kind may be told from an absent one by all."""

    rows: Rows
    is_shown: Shown
    why_public: str = ""


def _visits(world: World, _: str) -> Iterable[Any]:
    return [world.visits[name] for name in ("patients", "childs", "strangers", "other_childs")]


def _holds(world: World, _: str) -> Iterable[Any]:
    return [world.holds[name] for name in ("patient", "desk", "stranger", "other_desk")]


def _patients(world: World, actor: str) -> Iterable[Any]:
    return Patient.objects.filter(pk__in=[visit.patient_id for visit in _visits(world, actor)])


def _desks(world: World, _: str) -> Iterable[Any]:
    return User.objects.filter(pk__in=[world.cast.desk_coquitlam.pk, world.cast.desk_langley.pk])


def _is_colleague(world: World, actor: str, row: Any) -> bool:
    """Whom a task of the actor's can be given to; the owner of the chain knows everyone."""
    task_id = world.task(actor, "own" if actor == "practitioner" else "same_clinic")
    known = world.clients[actor].get(f"/v1/tasks/{task_id}/assignees")
    return actor == "owner" or (known.status_code == 200 and str(row.pk) in known.content.decode())


_CATALOGUE = "Everybody reads the catalogue. What is withdrawn from it stays named in the visits and plans of before."
CLINICS = Kind(
    lambda world, actor: [world.home(actor), world.away(actor), world.cast.toronto],
    _read_at("/v1/clinics/{row.pk}", "/v1/clinics/{row.pk}/rooms"),
    _CATALOGUE,
)
PRACTITIONERS = Kind(
    lambda world, _: [world.cast.physio, world.cast.langley_physio, world.cast.masseur],
    _read_at("/v1/practitioners/{row.pk}"),
    _CATALOGUE,
)
SERVICES = Kind(
    lambda world, _: [world.cast.physio_follow_up, world.cast.ims_treatment, world.cast.massage],
    _read_at("/v1/services/{row.pk}"),
    _CATALOGUE,
)
TEXTS = Kind(
    lambda *_: ConsentText.objects.all(),
    _read_at("/v1/services/{row.service_id}/consent-text"),
    "Everybody reads what a service asks one to agree to before booking it.",
)
PATIENTS = Kind(
    _patients, _read_at("/v1/patients/{row.pk}", "/v1/me/patients/{row.pk}", "/v1/patients/{row.pk}/assessments")
)
# Without an account, which could not be taken in.
DUPLICATES = Kind(lambda world, _: [world.cast.child, world.cast.other_child], PATIENTS.is_shown)
VISITS = Kind(_visits, _read_at("/v1/appointments/{row.pk}"))
HOLDS = Kind(_holds, _read_at("/v1/holds/{row.pk}"))
ENTRIES = Kind(lambda world, _: world.entries.values(), _read_at("/v1/waitlist-entries/{row.pk}"))
USERS = Kind(_desks, _is_colleague)

_NAMES = {
    CLINICS: "clinic clinic_id clinic_ids",
    PRACTITIONERS: "practitioner practitioner_id practitioner_ids to_practitioner_id approved_by_id",
    SERVICES: "service service_id assessment_service_id",
    TEXTS: "consents consent_text_id",
    PATIENTS: "patient patient_id survivor_id",
    DUPLICATES: "duplicate_id",
    VISITS: "appointment appointment_id appointment_ids with_appointment_id gives_back_appointment_id",
    HOLDS: "hold hold_id replaces",
    ENTRIES: "before_entry_id",
    USERS: "actor assignee assignee_id",
}
KINDS: Mapping[str, Kind] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
"""What an id under that name is one of. A name that is not here fails."""
