"""What only the whole knows about the description: which roles may call an operation."""

from typing import Any

from backend.clinics.roles import roles_holding, scopes_giving
from backend.common.http.openapi.schema import KEY_SCHEME
from backend.common.permissions import Permission

_OPEN = {"public", "signed_in"}


def add_roles(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """`x-required-roles`, and `x-api-key-scopes` where keys are taken: holding any one of them suffices."""
    for methods in result["paths"].values():
        for operation in methods.values():
            if operation["x-permission"] not in _OPEN:
                roles = roles_holding(Permission(operation["x-permission"]))
                operation["x-required-roles"] = [str(role) for role in roles]
                if any(KEY_SCHEME in way for way in operation["security"]):
                    scopes = scopes_giving(Permission(operation["x-permission"]))
                    operation["x-api-key-scopes"] = [str(scope) for scope in scopes]
    return result
