"""What the world holds, put in the place of what a fuzzer invents: else nearly every call would end at `not_found`."""

import re
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from requests.structures import CaseInsensitiveDict
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation

from backend.accounts.enums import LinkPurpose
from backend.accounts.links import make_token
from backend.accounts.models import MailedLink, Session
from backend.accounts.verification import make_verification
from backend.clinics.models import Clinic, Closure, Membership, OpeningHours, Room, Service
from backend.patients.models import Patient
from backend.practitioners.models import Credential, ExtraHours, Offering, Practitioner, TimeOff, WorkingHours
from backend.privacy.models import PatientMerge
from backend.tasks.models import Task
from tests.api_client import PASSWORD
from tests.cast import FRI
from tests.policy.world import World, pair

_MODELS: dict[str, Any] = {
    "clinic": Clinic,
    "closure": Closure,
    "credential": Credential,
    "duplicate": Patient,
    "extra-hours": ExtraHours,
    "member": Membership,
    "merge": PatientMerge,
    "offering": Offering,
    "opening-hours": OpeningHours,
    "patient": Patient,
    "practitioner": Practitioner,
    "room": Room,
    "service": Service,
    "assessment_service": Service,
    "session": Session,
    "survivor": Patient,
    "task": Task,
    "time_off": TimeOff,
    "working-hours": WorkingHours,
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PLACES = {
    "path_parameters": ParameterLocation.PATH,
    "query": ParameterLocation.QUERY,
    "body": ParameterLocation.BODY,
    "headers": ParameterLocation.HEADER,
}
_KEPT = 0.15  # how often what was invented stays


class Known:
    """Values by the name of the field, and the dice that choose among them."""

    def __init__(self, world: World, chance: Random) -> None:
        self.chance = chance
        ids = {name: _texts(model.objects.values_list("pk", flat=True)) for name, model in _MODELS.items()}
        self.ids = {
            **ids,
            "appointment": [str(visit.pk) for visit in world.visits.values()],
            "assignee": _texts(Membership.objects.values_list("user_id", flat=True)),
            "hold": [str(hold.pk) for hold in world.holds.values()],
            "entry": (entries := [str(entry.pk) for entry in world.entries.values()]),
            "before_entry": entries,
            "gives_back_appointment": [str(visit.pk) for visit in world.visits.values()],
            "offer": [str(offer.pk) for offer in world.offers.values()],
        }
        starts = [world.cast.at(clinic, FRI, f"{hour:02}:30") for clinic in _clinics(world) for hour in range(9, 16)]
        patient = world.cast.patient.user
        assert patient
        self.texts = {
            "starts_at": [start.isoformat() for start in starts],
            "service": ["physio-follow-up", "ims-treatment", *ids["service"]],
            "email": [patient.email, world.cast.owner.email],
            "password": [PASSWORD],
            "refresh": [pair(patient).refresh],
            "token": [
                make_verification(patient),
                *(make_token(one.pk, LinkPurpose(one.purpose)) for one in MailedLink.objects.all()),
            ],
            "current_password": [PASSWORD],
            "mfa_token": [world.challenge()],
            "If-Match": ["*"],
        }

    def settle(self, case: Case[Any]) -> None:
        """Change the case in place. What is wrong with it stays wrong, and no other part becomes so."""
        assert case.meta
        for place, location in _PLACES.items():
            told = getattr(case, place)
            component = case.meta.components.get(location)
            if isinstance(told, Mapping | list):
                settled = self._settle(told, "", case.path, is_valid=bool(component and component.mode.is_positive))
                if repr(settled) != repr(told):  # 2.0 == 2
                    setattr(case, place, CaseInsensitiveDict(settled) if place == "headers" else settled)

    def _settle(self, node: Any, name: str, path: str, *, is_valid: bool) -> Any:
        if isinstance(node, Mapping):
            return {key: self._settle(value, key, path, is_valid=is_valid) for key, value in node.items()}
        if isinstance(node, list):
            return [self._settle(value, name, path, is_valid=is_valid) for value in node]
        if type(node) is float and is_valid and node.is_integer():
            return int(node)  # to JSON Schema 2.0 is an integer, to the API it is none, and clients write 2
        if type(node) is not str or self.chance.random() < _KEPT:
            return node
        values = self.texts.get(name, []) if is_valid else []
        if not values and _UUID.fullmatch(node):
            values = self.ids.get(_thing(name, path), [])
        return self.chance.choice(values) if values else node


def _thing(name: str, path: str) -> str:
    thing = re.sub("_ids?$", "", name)
    return path.split("/")[2] if thing == "hours" else thing


def _texts(keys: Iterable[Any]) -> list[str]:
    """In an order of their own: a choice among them must not depend on how the database lists them."""
    return sorted(map(str, keys))


def _clinics(world: World) -> list[Clinic]:
    return [world.cast.coquitlam, world.cast.langley]
