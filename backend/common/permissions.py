"""Every right in the system, `resource:action`. Which role holds which is one table: `clinics.roles`."""

from enum import StrEnum


class Permission(StrEnum):
    """A right. Staff hold it at their clinics; a patient holds it over self and dependants."""

    APPOINTMENT_READ = "appointment:read"
    APPOINTMENT_BOOK = "appointment:book"
    APPOINTMENT_CANCEL = "appointment:cancel"
    APPOINTMENT_CONFIRM = "appointment:confirm"
    APPOINTMENT_ATTEND = "appointment:attend"  # check in, start, complete, no-show
    APPOINTMENT_OVERRIDE = "appointment:override"  # soft rules, with a reason
    PATIENT_READ = "patient:read"
    PATIENT_MANAGE = "patient:manage"  # take on, link, change contact data
    SCREENING_READ = "screening:read"  # where a screening stands; the answers are for patients and those who treat
    SCREENING_ANSWER = "screening:answer"  # enter answers
    SCREENING_CLEAR = "screening:clear"  # decide for an answer, as a certified physiotherapist
    SCREENING_MANAGE = "screening:manage"  # the questionnaire and the texts patients consent to
    ASSESSMENT_READ = "assessment:read"  # clinical notes: for those who treat alone
    ASSESSMENT_WRITE = "assessment:write"  # draft, sign as a certified physiotherapist, amend
    CONSENT_READ = "consent:read"
    CONSENT_GIVE = "consent:give"  # give and revoke
    RECORD_KEEP = "record:keep"  # read, write and sign session records, as who treats
    ADVICE_READ = "advice:read"  # versions of what patients are told after a visit
    ADVICE_APPROVE = "advice:approve"  # vouch for one, as a certified physiotherapist
    CHECK_IN_READ = "check_in:read"  # whether check-ins were answered; what, for patients and who gave the visit
    CHECK_IN_ANSWER = "check_in:answer"
    COURSE_READ = "course:read"  # the plan; what was found is for patients and those who treat
    COURSE_MANAGE = "course:manage"  # open, review and close, as a certified physiotherapist
    CLINIC_CREATE = "clinic:create"
    CLINIC_MANAGE = "clinic:manage"  # data, rooms, hours, closures, policy, offers
    SERVICE_MANAGE = "service:manage"
    MEMBER_MANAGE = "member:manage"
    PRACTITIONER_READ = "practitioner:read"  # what the public profile leaves out
    PRACTITIONER_MANAGE = "practitioner:manage"  # profile, offerings, credentials on file
    CREDENTIAL_VERIFY = "credential:verify"  # verify and revoke, never one's own
    MERGE_PROPOSE = "merge:propose"  # say that two patients are one, and see what others said
    MERGE_APPROVE = "merge:approve"  # carry it out, or take it back, as a second person
    TASK_READ = "task:read"
    TASK_MANAGE = "task:manage"  # assign and complete
    API_KEY_MANAGE = "api_key:manage"
    AUDIT_READ = "audit:read"  # who saw or changed what, over the whole chain
    SCHEDULE_MANAGE = "schedule:manage"  # working hours, extra hours, time off
