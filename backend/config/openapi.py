"""What only the whole knows about the description: which roles may call an operation."""

from typing import Any

from backend.clinics.roles import roles_holding
from backend.common.permissions import Permission

_OPEN = {"public", "signed_in"}


def add_roles(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """`x-required-roles`: holding any one of them suffices."""
    for methods in result["paths"].values():
        for operation in methods.values():
            if operation["x-permission"] not in _OPEN:
                roles = roles_holding(Permission(operation["x-permission"]))
                operation["x-required-roles"] = [str(role) for role in roles]
    return result
