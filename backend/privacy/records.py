"""Every table of the database: to which class of records it belongs and how a person's rows are found, or why it holds
nothing about those who are cared for.

Exports show what is here, retention says when it goes, and merging moves it; a test walks the schema and fails for a
table that is in neither list, and for one about patients that is said to be about others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.privacy.enums import RecordClass


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows are found by `column`: the patient's id there, or the account's (`is_of_account`). Where rows name neither,
    `via` is the column that leads to another table of the list.

    `left_out` are columns that no export shows: about others, about how a clinic works, or secrets. `unshown` says why
    an export leaves the whole table out. `moment` is the column that tells when a clinical entry was made, or is to be.
    """

    record_class: RecordClass
    column: str = "patient_id"
    via: tuple[str, str] | None = None
    is_of_account: bool = False
    left_out: tuple[str, ...] = ()
    unshown: str = ""
    moment: str = ""


_ACCOUNT, _CLINICAL, _OPERATIONAL = RecordClass.ACCOUNT, RecordClass.CLINICAL, RecordClass.OPERATIONAL
_OF_VISIT = ("appointment_id", "appointments_appointment")
_OF_ENTRY = ("entry_id", "appointments_waitlistentry")
_OF_COURSE = ("course_id", "care_course")

RECORDS: Mapping[str, Kept] = {
    "accounts_mailedlink": Kept(_ACCOUNT, "user_id", is_of_account=True, left_out=("id",)),
    "accounts_refreshtoken": Kept(
        _ACCOUNT, via=("session_id", "accounts_session"), unshown="numbers of tokens; the sessions are shown"
    ),
    "accounts_secondfactor": Kept(
        _ACCOUNT, "user_id", is_of_account=True, left_out=("secret", "last_step", "recovery_digests")
    ),
    "accounts_session": Kept(_ACCOUNT, "user_id", is_of_account=True),
    "accounts_user": Kept(_ACCOUNT, "id", is_of_account=True, left_out=("password",)),
    "appointments_appointment": Kept(_CLINICAL, left_out=("overrides", "room_id", "held_by_id"), moment="ends_at"),
    "appointments_series": Kept(_CLINICAL),
    "appointments_transition": Kept(_CLINICAL, via=_OF_VISIT, left_out=("reason",), moment="at"),
    "appointments_waitlistentry": Kept(_OPERATIONAL),
    "appointments_waitlistoffer": Kept(_OPERATIONAL, via=_OF_ENTRY),
    "appointments_waitlistplace": Kept(_OPERATIONAL, via=_OF_ENTRY, left_out=("rank",)),
    "appointments_waitlistpractitioner": Kept(_OPERATIONAL, via=_OF_ENTRY),
    "appointments_waitlistwindow": Kept(_OPERATIONAL, via=_OF_ENTRY),
    "audit_auditentry": Kept(RecordClass.AUDIT, unshown="entries tell of others; the accesses are shown"),
    "care_assessment": Kept(_CLINICAL),
    "care_assessmentversion": Kept(_CLINICAL, via=("assessment_id", "care_assessment"), moment="updated_at"),
    "care_checkin": Kept(_CLINICAL, via=_OF_VISIT, moment="answered_at"),
    "care_checkincall": Kept(_OPERATIONAL, via=_OF_VISIT),
    "care_course": Kept(_CLINICAL, moment="opened_at"),
    "care_coursereview": Kept(_CLINICAL, via=_OF_COURSE, moment="reviewed_at"),
    "care_coursevisit": Kept(_CLINICAL, via=_OF_COURSE),
    "care_sessionrecord": Kept(_CLINICAL, via=_OF_VISIT, moment="updated_at"),
    "care_sessionrecordamendment": Kept(_CLINICAL, via=("record_id", "care_sessionrecord"), moment="at"),
    "patients_clearance": Kept(_CLINICAL, moment="created_at"),
    "patients_consent": Kept(_CLINICAL, moment="given_at"),
    "patients_guardianinvitation": Kept(_OPERATIONAL, left_out=("id", "email", "proof")),
    "patients_guardianship": Kept(_OPERATIONAL, left_out=("proof",)),
    "patients_patient": Kept(_CLINICAL, "id"),
    "patients_patientclinic": Kept(_CLINICAL),
    "patients_reviewpoint": Kept(_CLINICAL),
    "patients_screening": Kept(_CLINICAL, moment="answered_at"),
    "tasks_task": Kept(_OPERATIONAL, left_out=("dedupe_key", "assignee_id", "done_by_id")),
}

_STAFF = "about who works here"
_CHAIN = "about the clinics and what they offer"
_KERNEL = "counts and keys that go within days, without anybody's words"
_LIBRARY = "a library's own, without anybody's data"
_JOBS = "a library's own; jobs are given ids and words, and go when they are done"
_LOG = "ids alone, never changed (R24); a part of the log, not of anybody's record"
_MERGES = "says which records were taken for one person's, by whom and why; the rows themselves are in the list"

OTHERS: Mapping[str, str] = {
    "audit_seal": _LOG,
    "audit_unsealed": _LOG,
    "auth_group": _LIBRARY,
    "auth_group_permissions": _LIBRARY,
    "auth_permission": _LIBRARY,
    "care_advicetemplate": _CHAIN,
    "clinics_apikey": _CHAIN,
    "clinics_apikeyclinic": _CHAIN,
    "clinics_clinic": _CHAIN,
    "clinics_clinicservice": _CHAIN,
    "clinics_closure": _CHAIN,
    "clinics_memberinvitation": _STAFF,
    "clinics_membership": _STAFF,
    "clinics_openinghours": _CHAIN,
    "clinics_organisation": _CHAIN,
    "clinics_questionanswer": _CHAIN,
    "clinics_questionset": _CHAIN,
    "clinics_requiredcredential": _CHAIN,
    "clinics_room": _CHAIN,
    "clinics_service": _CHAIN,
    "common_budgetuse": _KERNEL,
    "common_clockoffset": _KERNEL,
    "common_idempotencyreceipt": _KERNEL,
    "common_stamp": _KERNEL,
    "django_content_type": _LIBRARY,
    "django_migrations": _LIBRARY,
    "events_delivery": _LOG,
    "events_domainevent": _LOG,
    "patients_consenttext": _CHAIN,
    "patients_screeningquestionnaire": _CHAIN,
    "practitioners_credential": _STAFF,
    "practitioners_extrahours": _STAFF,
    "practitioners_offering": _STAFF,
    "practitioners_placement": _STAFF,
    "practitioners_practitioner": _STAFF,
    "practitioners_timeoff": _STAFF,
    "practitioners_workinghours": _STAFF,
    "privacy_destruction": "says what became of records, and outlives them",
    "privacy_export": "copies that go within a day",
    "privacy_mergedrow": _MERGES,
    "privacy_patientmerge": _MERGES,
    "procrastinate_events": _JOBS,
    "procrastinate_jobs": _JOBS,
    "procrastinate_periodic_defers": _JOBS,
    "procrastinate_workers": _JOBS,
}
# They name patients all the same: what became of their records, and for a day what is in an archive.
ABOUT_RECORDS = frozenset({"privacy_destruction", "privacy_export", "privacy_mergedrow", "privacy_patientmerge"})
