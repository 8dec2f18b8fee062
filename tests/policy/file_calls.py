"""Valid calls of what keeps practitioners' files, aimed by an actor at a practitioner or at a part of the file."""

import base64
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from backend.practitioners.models import Credential, ExtraHours, Offering, Practitioner, TimeOff, WorkingHours
from tests.cast import MON, SAT
from tests.policy.world import ABSENT, World

# The smallest picture that is one: a single grey dot.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
Parts = dict[str, Any]
Aim = Callable[[World, str, str], Parts]
CLINICS = ("at_home", "elsewhere", "withdrawn", "absent")
PEOPLE = ("own", "same_clinic", "other_clinic", "absent")
PLACES = ("same_clinic", "other_clinic", "absent")


def _person(world: World, actor: str, target: str) -> Practitioner | None:
    at_coquitlam, at_langley = world.cast.physio, world.cast.langley_physio
    is_here = world.home(actor) == world.cast.coquitlam
    here, there = (at_coquitlam, at_langley) if is_here else (at_langley, at_coquitlam)
    # `ims` works with the practitioner, and is no colleague's own.
    neighbour = world.cast.ims if actor == "practitioner" else here
    return {"own": here, "same_clinic": neighbour, "other_clinic": there}.get(target)


def of_person(body: Parts | None = None, *, at_home: bool = False, **parts: Any) -> Aim:
    """At a practitioner's own address or below it; `at_home` adds a clinic where that practitioner works."""

    def aim(world: World, actor: str, target: str) -> Parts:
        person = _person(world, actor, target)
        sent = body
        if at_home and body is not None:
            clinic = world.away(actor) if target == "other_clinic" else world.home(actor)
            sent = {**body, "clinic_id": str(clinic.pk)}
        path = {"practitioner_id": person.pk if person else ABSENT}
        return {"path": path, "body": sent, **parts}

    return aim


def of_monday(world: World, actor: str, target: str) -> Parts:
    """At a practitioner's visits on the Monday, which has some at Coquitlam."""
    begin = world.cast.at(world.cast.coquitlam, MON, "00:00")
    day = {"from_at": begin.isoformat(), "until_at": (begin + timedelta(days=1)).isoformat()}
    return of_person({**day, "reason": "Ill"})(world, actor, target)


def of_part(model: type[Any], name: str, *, status: str | None = None, **parts: Any) -> Aim:
    """At a row of a practitioner's file."""

    def aim(world: World, actor: str, target: str) -> Parts:
        person = _person(world, actor, target)
        rows = model.objects.filter(practitioner=person).order_by("pk")
        if status:
            rows = rows.filter(status=status)
        row_id: uuid.UUID = rows[0].pk if person else ABSENT
        return {"path": {name: row_id}, **parts}

    return aim


def offering(world: World, actor: str, target: str) -> Parts:
    """A service that nobody there gives yet."""
    return of_person({"service_id": str(world.cast.ims_assessment.pk)}, at_home=True)(world, actor, target)


def placing(world: World, actor: str, target: str) -> Parts:
    """At the actor's clinic."""
    parts = of_person()(world, actor, target)
    return {"path": {**parts["path"], "clinic_id": world.home(actor).pk}}


def leaving(world: World, actor: str, target: str) -> Parts:
    """Away from a clinic, by `ims`, who works at both."""
    clinic = {"at_home": world.home(actor), "elsewhere": world.away(actor)}[target]
    return {"path": {"practitioner_id": world.cast.ims.pk, "clinic_id": clinic.pk}, "if_match": "*"}


def taking_on(world: World, actor: str, target: str) -> Parts:
    """Somebody new, at a clinic."""
    clinic = {"at_home": world.home(actor), "elsewhere": world.away(actor)}[target]
    return {"body": {**SOMEBODY, "clinic_ids": [str(clinic.pk)]}}


def at_clinic(world: World, actor: str, target: str) -> Parts:
    """At a clinic's address."""
    known = {"at_home": world.home(actor), "elsewhere": world.away(actor), "withdrawn": world.cast.toronto}
    return {"path": {"clinic_id": known[target].pk if target in known else ABSENT}}


def plainly(world: World, actor: str, target: str) -> Parts:
    """Nothing more than the address."""
    return {}


def photo(world: World, actor: str, target: str) -> Parts:
    """The public photo of a practitioner; who was withdrawn has one, too."""
    known = {"shown": world.cast.ims.pk, "withdrawn": world.cast.masseur.pk}
    return {"path": {"practitioner_id": known.get(target, ABSENT)}}


SOMEBODY = {
    "given_name": "Nora",
    "family_name": "New",
    "title": "New",
    "title_fr": "Neuve",
    "languages": ["fr"],
    "disciplines": ["ims"],
}
DOCUMENT = {"kind": "registration", "issuer": "N", "jurisdiction": "BC", "number": "N", "issued_on": "2020-01-01"}
SATURDAY = {"weekday": SAT.value, "from_time": "09:00", "until_time": "10:00"}
DAY = {"date": "2199-01-01", "from_time": "09:00", "until_time": "10:00"}
AWAY = {"first_date": "2199-01-01"}

FILES: Mapping[str, tuple[Aim, tuple[str, ...]]] = {
    "createPractitioner": (taking_on, ("at_home", "elsewhere")),
    "updatePractitioner": (of_person({"title": "New"}, if_match="*"), PEOPLE),
    "getPractitionerFile": (of_person(), PEOPLE),
    "listClinicPractitioners": (at_clinic, CLINICS),
    "putPractitionerClinic": (placing, PLACES),
    "deletePractitionerClinic": (leaving, ("at_home", "elsewhere")),
    "setPractitionerPhoto": (of_person(file=PNG), PEOPLE),
    "getPractitionerPhoto": (photo, ("shown", "withdrawn", "absent")),
    "deletePractitionerPhoto": (of_person(if_match="*"), PEOPLE),
    "listOfferings": (of_person(), PEOPLE),
    "createOffering": (offering, PLACES),
    "getOffering": (of_part(Offering, "offering_id"), PEOPLE),
    "deleteOffering": (of_part(Offering, "offering_id", if_match="*"), PEOPLE),
    "reassignVisits": (of_monday, PEOPLE),
    "listCredentials": (of_person(), PEOPLE),
    "createCredential": (of_person(DOCUMENT), PEOPLE),
    "listExpiringCredentials": (plainly, ("any",)),
    "getCredential": (of_part(Credential, "credential_id"), PEOPLE),
    "updateCredential": (of_part(Credential, "credential_id", status="pending", body={}, if_match="*"), PEOPLE),
    "verifyCredential": (of_part(Credential, "credential_id", status="pending"), PEOPLE),
    "revokeCredential": (of_part(Credential, "credential_id", body={"reason": "New"}), PEOPLE),
    "addCredentialEvidence": (of_part(Credential, "credential_id", status="pending", file=PNG), PEOPLE),
    "getCredentialEvidence": (of_part(Credential, "credential_id", status="pending"), PEOPLE),
    "listWorkingHours": (of_person(), PEOPLE),
    "createWorkingHours": (of_person(SATURDAY, at_home=True), PEOPLE),
    "getWorkingHours": (of_part(WorkingHours, "hours_id"), PEOPLE),
    "updateWorkingHours": (of_part(WorkingHours, "hours_id", body={"until_time": "12:00"}, if_match="*"), PEOPLE),
    "deleteWorkingHours": (of_part(WorkingHours, "hours_id", if_match="*"), PEOPLE),
    "listExtraHours": (of_person(), PEOPLE),
    "createExtraHours": (of_person(DAY, at_home=True), PEOPLE),
    "getExtraHours": (of_part(ExtraHours, "hours_id"), PEOPLE),
    "deleteExtraHours": (of_part(ExtraHours, "hours_id", if_match="*"), PEOPLE),
    "listTimeOff": (of_person(), PEOPLE),
    "listAtRiskAppointments": (of_person(), PEOPLE),
    "createTimeOff": (of_person(AWAY), PEOPLE),
    "getTimeOff": (of_part(TimeOff, "time_off_id"), PEOPLE),
    "updateTimeOff": (of_part(TimeOff, "time_off_id", body={"reason": "New"}, if_match="*"), PEOPLE),
    "deleteTimeOff": (of_part(TimeOff, "time_off_id", if_match="*"), PEOPLE),
}
