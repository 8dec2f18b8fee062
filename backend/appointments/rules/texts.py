"""What each rule tells a person, in words that give nothing away about other patients."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from backend.appointments.enums import RuleCode

_TEXTS: Mapping[RuleCode, str] = {
    RuleCode.NOT_OFFERED: gettext_noop("This service is not offered there by this practitioner."),
    RuleCode.PRACTITIONER_INACTIVE: gettext_noop("This practitioner no longer takes visits."),
    RuleCode.CREDENTIAL_MISSING: gettext_noop("Nobody asked for is certified for this service on that day."),
    RuleCode.SCREENING_NEEDED: gettext_noop("Some health questions must be answered first."),
    RuleCode.SCREENING_BLOCKED: gettext_noop("A physiotherapist must look at the answers to the health questions."),
    RuleCode.CONSENT_NEEDED: gettext_noop("The patient must agree to what the treatment does first."),
    RuleCode.ASSESSMENT_NEEDED: gettext_noop("An assessment must find this treatment suitable first."),
    RuleCode.REVIEW_DUE: gettext_noop("A physiotherapist must review how the course goes first."),
    RuleCode.ONLINE_BOOKING_OFF: gettext_noop("The clinic takes bookings for this service by phone only."),
    RuleCode.DESK_MUST_BOOK: gettext_noop("After missed visits, the clinic takes bookings by phone only."),
    RuleCode.TOO_SOON: gettext_noop("The clinic needs longer notice."),
    RuleCode.TOO_FAR: gettext_noop("Booking is not open that far ahead."),
    RuleCode.OFF_GRID: gettext_noop("Visits do not start at this minute."),
    RuleCode.OUTSIDE_HOURS: gettext_noop("This is outside the hours of the clinic or the practitioner."),
    RuleCode.CLINIC_CLOSED: gettext_noop("The clinic is closed then."),
    RuleCode.PRACTITIONER_AWAY: gettext_noop("The practitioner is away then."),
    RuleCode.SPACING_TOO_SHORT: gettext_noop("This is too near another visit for the same service."),
    RuleCode.PATIENT_BUSY: gettext_noop("The patient has another visit at that time."),
    RuleCode.PRACTITIONER_BUSY: gettext_noop("This time is taken."),
    RuleCode.NO_ROOM: gettext_noop("No suitable room is free then."),
    RuleCode.HOLD_LIMIT: gettext_noop("Enough times are held already, or you have just let this one go."),
}

_REMEDIES: Mapping[RuleCode, str] = {
    RuleCode.NOT_OFFERED: gettext_noop("Choose another practitioner or clinic."),
    RuleCode.PRACTITIONER_INACTIVE: gettext_noop("Choose another practitioner."),
    RuleCode.CREDENTIAL_MISSING: gettext_noop("Choose another practitioner, or a day on which this one is certified."),
    RuleCode.SCREENING_NEEDED: gettext_noop("Answer the health questions."),
    RuleCode.SCREENING_BLOCKED: gettext_noop("Call the clinic: a physiotherapist decides whether it suits."),
    RuleCode.ASSESSMENT_NEEDED: gettext_noop("Book the assessment first."),
    RuleCode.CONSENT_NEEDED: gettext_noop("Read the text and agree to it, at the latest as you book."),
    RuleCode.REVIEW_DUE: gettext_noop("Call the clinic, or ask at your visit: the review takes a few minutes."),
    RuleCode.ONLINE_BOOKING_OFF: gettext_noop("Call the clinic."),
    RuleCode.DESK_MUST_BOOK: gettext_noop("Call the clinic."),
    RuleCode.TOO_SOON: gettext_noop("Choose a later time, or call the clinic."),
    RuleCode.TOO_FAR: gettext_noop("Choose an earlier time, or come back later."),
    RuleCode.OFF_GRID: gettext_noop("Choose one of the starts that are listed."),
    RuleCode.OUTSIDE_HOURS: gettext_noop("Choose a time within the hours."),
    RuleCode.CLINIC_CLOSED: gettext_noop("Choose another day, or another clinic."),
    RuleCode.PRACTITIONER_AWAY: gettext_noop("Choose another day, or another practitioner."),
    RuleCode.SPACING_TOO_SHORT: gettext_noop("Leave more days between two visits."),
    RuleCode.PATIENT_BUSY: gettext_noop("Choose another time, or move the other visit first."),
    RuleCode.PRACTITIONER_BUSY: gettext_noop("Choose another time or practitioner."),
    RuleCode.NO_ROOM: gettext_noop("Choose another time."),
    RuleCode.HOLD_LIMIT: gettext_noop("Book the time without holding it, or book or let go of another one first."),
}


def text_of(code: RuleCode) -> str:
    """The sentence for a rule, in the language of the request."""
    return gettext(_TEXTS[code])


def remedy_of(code: RuleCode) -> str:
    """What would fix it, in the language of the request."""
    return gettext(_REMEDIES[code])
