"""Valid calls about API keys, aimed by an actor at those of a clinic."""

from collections.abc import Mapping
from typing import Any

from backend.clinics.models import ApiKey
from tests.policy.world import ABSENT, World


def _create(world: World, actor: str, target: str) -> dict[str, Any]:
    clinic_id = {"at_home": world.home(actor).pk, "elsewhere": world.away(actor).pk, "absent": ABSENT}[target]
    return {"body": {"name": "Phone system", "clinic_ids": [str(clinic_id)], "scopes": ["appointments:read"]}}


def _key(world: World, actor: str, target: str) -> dict[str, Any]:
    clinic = world.away(actor) if target == "other_clinic" else world.home(actor)
    key = None if target == "absent" else ApiKey.objects.filter(clinics=clinic).first()
    return {"path": {"api_key_id": key.pk if key else ABSENT}}


_KEYS = ("same_clinic", "other_clinic", "absent")


def _export(**parts: Any) -> Any:
    """One of the caller's, another's, none; all are ready to be fetched."""

    def aim(world: World, actor: str, target: str) -> dict[str, Any]:
        whose = {"own": actor, "others": "stranger" if actor != "stranger" else "patient"}.get(target)
        found = world.exports.get(whose or "") if whose else None
        return {"path": {"export_id": found or ABSENT}, **parts}

    return aim


KEYS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "listApiKeys": (lambda *_: {}, ("any",)),
    "listAuditEvents": (lambda *_: {}, ("any",)),
    "listMyAccessLog": (lambda *_: {}, ("any",)),
    "createApiKey": (_create, ("at_home", "elsewhere", "absent")),
    "getApiKey": (_key, _KEYS),
    "revokeApiKey": (_key, _KEYS),
    "createExport": (lambda *_: {"body": {}}, ("any",)),
    "getExport": (_export(), ("own", "others", "absent")),
    "fetchExport": (_export(), ("own", "others", "absent")),
}
