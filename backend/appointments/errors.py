"""Refusals of the booking engine, and the constraints that stand behind them."""

from typing import ClassVar, Self

from backend.appointments.enums import Status
from backend.common.errors import AlreadyExists, Code, DomainError, Kind


class SlotTaken(DomainError):
    """409: `rules[]` in the problem names what refuses, `alternatives[]` what can be booked instead."""

    code, kind, detail = Code.SLOT_TAKEN, Kind.CONFLICT, "Somebody else has this time. Choose another."
    always: ClassVar = {"rules": (), "alternatives": ()}


class PatientOverlap(DomainError):
    """409: `rules[]` in the problem names what refuses, the patient's other visit for one."""

    code, kind, detail = Code.PATIENT_OVERLAP, Kind.CONFLICT, "This patient has another visit at that time."
    always: ClassVar = {"rules": ()}


class SlotNotBookable(DomainError):
    """422: `rules[]` in the problem names each rule that refuses."""

    code, kind, detail = Code.SLOT_NOT_BOOKABLE, Kind.UNPROCESSABLE, "This time cannot be booked."


class CheckInRefused(DomainError):
    """422: `rules[]` in the problem names what is missing on the day of the visit (R13)."""

    code, kind, detail = Code.CHECK_IN_REFUSED, Kind.UNPROCESSABLE, "Something is missing before this visit can begin."


class SeriesConflict(DomainError):
    """409: `conflicts` in the problem names each visit that rules refuse, and what could be booked instead."""

    code, kind = Code.SERIES_CONFLICT, Kind.CONFLICT
    detail = "Not all of these visits can be booked, so none was."


class HoldExpired(DomainError):
    code, kind, detail = Code.HOLD_EXPIRED, Kind.CONFLICT, "The hold has run out. Look for a time again."


class HoldBooked(DomainError):
    """409: `appointment_id` in the problem is the visit that the hold has become."""

    code, kind, detail = Code.HOLD_BOOKED, Kind.CONFLICT, "This hold is booked already."


class CancellationTooLate(DomainError):
    code, kind = Code.CANCELLATION_TOO_LATE, Kind.UNPROCESSABLE
    detail = "The visit has begun; it can no longer be cancelled."


class FeeChanged(DomainError):
    """409: `fee_if_now_minor` and `currency` in the problem say what it costs by now."""

    code, kind, detail = Code.FEE_CHANGED, Kind.CONFLICT, "Cancelling costs something else by now."


class RescheduleLimitReached(DomainError):
    code, kind = Code.RESCHEDULE_LIMIT_REACHED, Kind.UNPROCESSABLE
    detail = "You have moved this visit as often as the clinic allows. Ask the clinic."


class OverrideNotAllowed(DomainError):
    code, kind, detail = Code.OVERRIDE_NOT_ALLOWED, Kind.FORBIDDEN, "You may not set this rule aside."


class EmailNotVerified(DomainError):
    code, kind, detail = Code.EMAIL_NOT_VERIFIED, Kind.FORBIDDEN, "Confirm your e-mail address before you book."


class AccountWasClosed(DomainError):
    code, kind = Code.PERMISSION_DENIED, Kind.FORBIDDEN
    detail = "This person has closed their account; nothing new is booked for them."


class InvalidTransition(DomainError):
    code, kind, detail = Code.INVALID_TRANSITION, Kind.CONFLICT, "The visit is not in a state that allows this."

    @classmethod
    def between(cls, came_from: Status, to: Status) -> Self:
        """The refusal of one particular step; names both states for the client."""
        return cls(members={"from_status": str(came_from), "to_status": str(to)})


class AlreadyWaiting(AlreadyExists):
    detail = "This patient waits for this service already."


class OfferExpired(HoldExpired):
    detail = "The offer has run out. The place on the wait list is kept."


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {
    "appointment_practitioner_is_free": SlotTaken,
    "appointment_room_is_free": SlotTaken,
    "appointment_patient_is_free": PatientOverlap,
    "appointment_patient_has_not_closed": AccountWasClosed,
    "waitlist_entry_is_live_once": AlreadyWaiting,
    # A twin was faster; whoever makes an offer finds it and goes on.
    "waitlist_entry_has_one_open_offer": SlotTaken,
    "waitlist_hold_is_offered_once": SlotTaken,
    "waitlist_start_is_offered_once_to_an_entry": SlotTaken,
}
