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
