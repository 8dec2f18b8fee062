"""The one table of who may do what (D, "Who does what"). The spec, the checks and the matrix all read it."""

from collections.abc import Mapping

from backend.clinics.enums import ApiScope, Role
from backend.common.permissions import Permission

# Of those who treat alone: nobody reads another's clinical notes by rank.
CLINICAL = frozenset(
    {Permission.ASSESSMENT_READ, Permission.ASSESSMENT_WRITE, Permission.COURSE_MANAGE, Permission.RECORD_KEEP}
)

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    # Over self and dependants only.
    Role.PATIENT: frozenset(
        {
            Permission.APPOINTMENT_READ,
            Permission.APPOINTMENT_BOOK,
            Permission.APPOINTMENT_CANCEL,
            Permission.APPOINTMENT_CONFIRM,
            Permission.PATIENT_READ,
            Permission.PATIENT_MANAGE,
            Permission.SCREENING_READ,
            Permission.SCREENING_ANSWER,
            Permission.CONSENT_READ,
            Permission.CONSENT_GIVE,
            Permission.CHECK_IN_READ,
            Permission.CHECK_IN_ANSWER,
            Permission.COURSE_READ,
        }
    ),
    # At the clinics of the membership.
    Role.FRONT_DESK: frozenset(
        {
            Permission.APPOINTMENT_READ,
            Permission.APPOINTMENT_BOOK,
            Permission.APPOINTMENT_CANCEL,
            Permission.APPOINTMENT_CONFIRM,
            Permission.APPOINTMENT_ATTEND,
            Permission.APPOINTMENT_OVERRIDE,
            Permission.PATIENT_READ,
            Permission.PATIENT_MANAGE,
            Permission.SCREENING_READ,
            Permission.SCREENING_ANSWER,
            Permission.CONSENT_READ,
            Permission.CONSENT_GIVE,
            Permission.CHECK_IN_READ,
            Permission.CHECK_IN_ANSWER,
            Permission.COURSE_READ,
            Permission.MERGE_PROPOSE,
            Permission.PRACTITIONER_READ,
            Permission.TASK_READ,
            Permission.TASK_MANAGE,
        }
    ),
    # Own calendar, own file and own tasks only, see OWN_CALENDAR_ROLES; screenings, assessments and consents of the
    # patients known at the clinics they work at.
    Role.PRACTITIONER: CLINICAL
    | frozenset(
        {
            Permission.APPOINTMENT_READ,
            Permission.APPOINTMENT_ATTEND,
            Permission.SCREENING_READ,
            Permission.SCREENING_CLEAR,
            Permission.CONSENT_READ,
            Permission.RECORD_KEEP,
            Permission.ADVICE_READ,
            Permission.ADVICE_APPROVE,
            Permission.CHECK_IN_READ,
            Permission.CHECK_IN_ANSWER,
            Permission.COURSE_READ,
            Permission.PRACTITIONER_READ,
            Permission.TASK_READ,
            Permission.TASK_MANAGE,
        }
    ),
    Role.CLINIC_MANAGER: frozenset(
        {
            Permission.APPOINTMENT_READ,
            Permission.APPOINTMENT_BOOK,
            Permission.APPOINTMENT_CANCEL,
            Permission.APPOINTMENT_CONFIRM,
            Permission.APPOINTMENT_ATTEND,
            Permission.APPOINTMENT_OVERRIDE,
            Permission.PATIENT_READ,
            Permission.PATIENT_MANAGE,
            Permission.SCREENING_READ,
            Permission.SCREENING_ANSWER,
            Permission.CONSENT_READ,
            Permission.CONSENT_GIVE,
            Permission.CHECK_IN_READ,
            Permission.CHECK_IN_ANSWER,
            Permission.COURSE_READ,
            Permission.MERGE_PROPOSE,
            Permission.MERGE_APPROVE,
            Permission.PRACTITIONER_READ,
            Permission.CLINIC_MANAGE,
            Permission.ADVICE_READ,
            Permission.MEMBER_MANAGE,
            Permission.PRACTITIONER_MANAGE,
            Permission.CREDENTIAL_VERIFY,
            Permission.SCHEDULE_MANAGE,
            Permission.API_KEY_MANAGE,
            Permission.TASK_READ,
            Permission.TASK_MANAGE,
        }
    ),
    # Over the whole organisation.
    Role.OWNER: frozenset(Permission) - CLINICAL,
}

# A practitioner's rights reach the visits they give themselves, their own file and their own tasks, not the clinic's;
# of patients, those known where they work.
OWN_CALENDAR_ROLES = frozenset({Role.PRACTITIONER})

# Who sees patients' data while working signs in with a second factor where the chain wants one (R21).
SECOND_FACTOR_ROLES = frozenset(
    role
    for role, held in ROLE_PERMISSIONS.items()
    if role != Role.PATIENT and held & {Permission.PATIENT_READ, Permission.APPOINTMENT_READ}
)


def roles_holding(permission: Permission) -> tuple[Role, ...]:
    """The roles that hold a right, in the order of the table."""
    return tuple(role for role, held in ROLE_PERMISSIONS.items() if permission in held)


_APPOINTMENTS = frozenset({Permission.APPOINTMENT_READ})
_PATIENTS = frozenset({Permission.PATIENT_READ})
_SCHEDULES = frozenset({Permission.PRACTITIONER_READ})
_TASKS = frozenset({Permission.TASK_READ})
# What the scopes of an API key let it do, at its clinics.
SCOPE_PERMISSIONS: Mapping[ApiScope, frozenset[Permission]] = {
    ApiScope.APPOINTMENTS_READ: _APPOINTMENTS,
    ApiScope.APPOINTMENTS_WRITE: _APPOINTMENTS
    | {
        Permission.APPOINTMENT_BOOK,
        Permission.APPOINTMENT_CANCEL,
        Permission.APPOINTMENT_CONFIRM,
        Permission.APPOINTMENT_ATTEND,
    },
    ApiScope.PATIENTS_READ: _PATIENTS,
    ApiScope.PATIENTS_WRITE: _PATIENTS | {Permission.PATIENT_MANAGE},
    ApiScope.SCHEDULES_READ: _SCHEDULES,
    ApiScope.SCHEDULES_WRITE: _SCHEDULES | {Permission.SCHEDULE_MANAGE},
    ApiScope.TASKS_READ: _TASKS,
    ApiScope.TASKS_WRITE: _TASKS | {Permission.TASK_MANAGE},
}


def scopes_giving(permission: Permission) -> tuple[ApiScope, ...]:
    """The scopes of API keys that hold a right, in the order of the table."""
    return tuple(scope for scope, held in SCOPE_PERMISSIONS.items() if permission in held)
