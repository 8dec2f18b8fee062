"""Who may call an operation at all. Over which rows is decided where rows are loaded (`queries`)."""

from collections.abc import Iterable
from enum import Enum

from backend.common.access import Actor
from backend.common.errors import Code, DomainError, Kind, PermissionDenied
from backend.common.permissions import Permission


class Access(Enum):
    """Operations that ask for no particular right."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


class KeyNotTaken(DomainError):
    """An API key where only people may call."""

    code, kind = Code.TOKEN_INVALID, Kind.UNAUTHENTICATED
    detail = "API keys are not taken here. Sign in as a person."


PUBLIC = Access.PUBLIC
SIGNED_IN = Access.SIGNED_IN

_of_patients: set[Permission] = set()
_of_keys: set[Permission] = set()


def let_patients(permissions: Iterable[Permission]) -> None:
    """Name the rights that everyone holds over self and dependants. `config` reads them from `clinics.roles`."""
    _of_patients.update(permissions)


def let_keys(permissions: Iterable[Permission]) -> None:
    """Name the rights that API keys can hold. `config` reads them from `clinics.roles`."""
    _of_keys.update(permissions)


def is_for_keys(permission: Permission | Access, path: str) -> bool:
    """True where an API key may hold the right, but never for what is a person's own."""
    return permission in _of_keys and path.partition("/")[0] not in ("me", "auth")


def is_for_some(permission: Permission | Access) -> bool:
    """True when `admit` refuses somebody who is signed in."""
    return isinstance(permission, Permission) and permission not in _of_patients


def admit(actor: Actor, permission: Permission) -> None:
    """Raise PermissionDenied unless the right is held over anything at all, be it only the caller's own patients."""
    if is_for_some(permission) and not actor.holds(permission):
        raise PermissionDenied
