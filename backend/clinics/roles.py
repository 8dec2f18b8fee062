"""The one table of who may do what (D, "Who does what"). The spec, the checks and the matrix all read it."""

from collections.abc import Mapping

from backend.clinics.enums import Role
from backend.common.permissions import Permission as P

ROLE_PERMISSIONS: Mapping[Role, frozenset[P]] = {
    # Over self and dependants only.
    Role.PATIENT: frozenset({P.APPOINTMENT_READ, P.APPOINTMENT_BOOK, P.APPOINTMENT_CANCEL, P.APPOINTMENT_CONFIRM}),
    # At the clinics of the membership.
    Role.FRONT_DESK: frozenset(
        {
            P.APPOINTMENT_READ,
            P.APPOINTMENT_BOOK,
            P.APPOINTMENT_CANCEL,
            P.APPOINTMENT_CONFIRM,
            P.APPOINTMENT_ATTEND,
            P.APPOINTMENT_OVERRIDE,
            P.PATIENT_READ,
        }
    ),
    # Own calendar only, see OWN_CALENDAR_ROLES.
    Role.PRACTITIONER: frozenset({P.APPOINTMENT_READ, P.APPOINTMENT_ATTEND}),
    Role.CLINIC_MANAGER: frozenset(
        {
            P.APPOINTMENT_READ,
            P.APPOINTMENT_BOOK,
            P.APPOINTMENT_CANCEL,
            P.APPOINTMENT_CONFIRM,
            P.APPOINTMENT_ATTEND,
            P.APPOINTMENT_OVERRIDE,
            P.PATIENT_READ,
        }
    ),
    # Over the whole organisation.
    Role.OWNER: frozenset(P),
}

# A practitioner's rights reach the visits they give themselves, not the clinic's.
OWN_CALENDAR_ROLES = frozenset({Role.PRACTITIONER})


def roles_holding(permission: P) -> tuple[Role, ...]:
    """The roles that hold a right, in the order of the table."""
    return tuple(role for role, held in ROLE_PERMISSIONS.items() if permission in held)
