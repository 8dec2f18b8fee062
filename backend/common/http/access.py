"""Who may call an operation at all. Over which rows is decided where rows are loaded (`queries`)."""

from collections.abc import Iterable
from enum import Enum

from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


class Access(Enum):
    """Operations that ask for no particular right."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


PUBLIC = Access.PUBLIC
SIGNED_IN = Access.SIGNED_IN

_of_patients: set[Permission] = set()


def let_patients(permissions: Iterable[Permission]) -> None:
    """Name the rights that everyone holds over self and dependants. `config` reads them from `clinics.roles`."""
    _of_patients.update(permissions)


def is_for_some(permission: Permission | Access) -> bool:
    """True when `admit` refuses somebody who is signed in."""
    return isinstance(permission, Permission) and permission not in _of_patients


def admit(actor: Actor, permission: Permission) -> None:
    """Raise PermissionDenied unless the right is held over anything at all, be it only the caller's own patients."""
    if is_for_some(permission) and not actor.holds(permission):
        raise PermissionDenied
