"""Where API keys may call, as far as the rights they can hold say so."""

from collections.abc import Iterable

from backend.common.errors import Code, DomainError, Kind
from backend.common.http.access import Access
from backend.common.permissions import Permission

_of_keys: set[Permission] = set()


class KeyNotTaken(DomainError):
    """An API key where only people may call."""

    code, kind = Code.TOKEN_INVALID, Kind.UNAUTHENTICATED
    detail = "API keys are not taken here. Sign in as a person."


def let_keys(permissions: Iterable[Permission]) -> None:
    """Name the rights that API keys can hold. `config` reads them from `clinics.roles`."""
    _of_keys.update(permissions)


def is_for_keys(permission: Permission | Access, path: str) -> bool:
    """True where an API key may hold the right, but never for what is a person's own."""
    return permission in _of_keys and path.partition("/")[0] not in ("me", "auth")
