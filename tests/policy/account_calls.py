"""A valid call of each operation on accounts and sessions; `calls` has the rest."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.accounts.enums import LinkPurpose
from backend.accounts.links import make_token
from backend.accounts.models import MailedLink
from tests.api_client import PASSWORD
from tests.policy.world import World

Parts = Callable[[World, str, str], dict[str, Any]]
_ANY, _SESSIONS = ("any",), ("own", "others", "absent")
_NEW = "correct horse battery"


def _body(**body: Any) -> Parts:
    return lambda *_: {"body": body}


def _link(purpose: LinkPurpose, **more: str) -> Parts:
    def parts(*_: Any) -> dict[str, Any]:
        return {"body": {"token": make_token(MailedLink.objects.get(purpose=purpose).pk, purpose), **more}}

    return parts


def _forgot(world: World, actor: str, target: str) -> dict[str, Any]:
    return {"body": {"email": world.cast.owner.email}}


def _session(world: World, actor: str, target: str) -> dict[str, Any]:
    return {"path": {"session_id": world.session(actor, target)}}


def _name_session(world: World, actor: str, target: str) -> dict[str, Any]:
    return {**_session(world, actor, target), "body": {"device_name": "Work phone"}}


def _confirm_factor(world: World, actor: str, target: str) -> dict[str, Any]:
    return {"body": {"code": world.code(actor)}}


def _remove_factor(world: World, actor: str, target: str) -> dict[str, Any]:
    return {"body": {"current_password": PASSWORD, "code": world.code(actor, is_on=True)}}


def _complete_sign_in(world: World, actor: str, target: str) -> dict[str, Any]:
    return {"body": {"mfa_token": world.challenge(), "code": world.code("owner", is_on=True)}}


def _start_factor_at_sign_in(world: World, actor: str, target: str) -> dict[str, Any]:
    return {"body": {"mfa_token": world.challenge()}}


ACCOUNTS: Mapping[str, tuple[Parts, tuple[str, ...]]] = {
    "listSessions": (lambda *_: {}, _ANY),
    "updateSession": (_name_session, _SESSIONS),
    "revokeSession": (_session, _SESSIONS),
    "revokeSessions": (lambda *_: {}, _ANY),
    "forgotPassword": (_forgot, _ANY),
    "resetPassword": (_link(LinkPurpose.RESET_PASSWORD, password=_NEW), _ANY),
    "changePassword": (_body(current_password=PASSWORD, new_password=_NEW), _ANY),
    "changeEmail": (_body(email="moved@example.test", current_password=PASSWORD), _ANY),
    "confirmEmailChange": (_link(LinkPurpose.CHANGE_EMAIL), _ANY),
    "proveIdentity": (_body(current_password=PASSWORD), _ANY),
    "getSecondFactor": (lambda *_: {}, _ANY),
    "startSecondFactor": (_body(current_password=PASSWORD), _ANY),
    "confirmSecondFactor": (_confirm_factor, _ANY),
    "removeSecondFactor": (_remove_factor, _ANY),
    "completeSignIn": (_complete_sign_in, _ANY),
    "startSecondFactorAtSignIn": (_start_factor_at_sign_in, _ANY),
    "closeAccount": (_body(current_password=PASSWORD), _ANY),
}
