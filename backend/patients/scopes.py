"""What a guardian may do for a patient: rights by scope. A guardian with all scopes may what the patient may."""

from collections.abc import Collection, Mapping

from backend.common.permissions import Permission
from backend.patients.enums import GuardianScope

# Whoever looks after somebody sees who they are, and how to reach them.
_ALWAYS = frozenset({Permission.PATIENT_READ})
_READ = frozenset({Permission.APPOINTMENT_READ, Permission.CONSENT_READ, Permission.COURSE_READ})

SCOPE_PERMISSIONS: Mapping[GuardianScope, frozenset[Permission]] = {
    GuardianScope.READ: _READ,
    # Who books sees what was booked, agrees to what a service does, and keeps the contact data right.
    GuardianScope.BOOK: _READ
    | {
        Permission.APPOINTMENT_BOOK,
        Permission.APPOINTMENT_CANCEL,
        Permission.APPOINTMENT_CONFIRM,
        Permission.CONSENT_GIVE,
        Permission.PATIENT_MANAGE,
    },
    # All that is asked about the patient's health, before a treatment and after it.
    GuardianScope.SCREENING: frozenset(
        {
            Permission.SCREENING_READ,
            Permission.SCREENING_ANSWER,
            Permission.CHECK_IN_READ,
            Permission.CHECK_IN_ANSWER,
        }
    ),
    GuardianScope.MESSAGES: frozenset(),
}


def rights_of(scopes: Collection[str]) -> frozenset[Permission]:
    """The rights over the patient that these scopes give together."""
    return _ALWAYS.union(*(SCOPE_PERMISSIONS[GuardianScope(scope)] for scope in scopes))
