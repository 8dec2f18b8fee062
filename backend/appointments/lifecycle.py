"""The life of a visit as one table. A trigger refuses every step that is not in it; a test proves the two equal.

`actions.advance` alone writes `status`, by this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.appointments import event_types as events
from backend.appointments.enums import OfferStatus, Status, WaitlistStatus
from backend.common.permissions import Permission

S, P = Status, Permission


@dataclass(frozen=True, slots=True)
class Step:
    """Entering a state: from where, by which right, which instant is stamped, which event is published."""

    sources: frozenset[Status]
    permission: Permission
    stamp: str | None
    event: type[events.AppointmentEvent]


STEPS: Mapping[Status, Step] = {
    S.BOOKED: Step(frozenset({S.HELD}), P.APPOINTMENT_BOOK, "booked_at", events.AppointmentBooked),
    S.EXPIRED: Step(frozenset({S.HELD}), P.APPOINTMENT_BOOK, None, events.HoldReleased),
    S.CONFIRMED: Step(frozenset({S.BOOKED}), P.APPOINTMENT_CONFIRM, "confirmed_at", events.AppointmentConfirmed),
    S.CHECKED_IN: Step(
        frozenset({S.BOOKED, S.CONFIRMED}), P.APPOINTMENT_ATTEND, "checked_in_at", events.AppointmentCheckedIn
    ),
    S.IN_PROGRESS: Step(frozenset({S.CHECKED_IN}), P.APPOINTMENT_ATTEND, "started_at", events.AppointmentStarted),
    S.COMPLETED: Step(frozenset({S.IN_PROGRESS}), P.APPOINTMENT_ATTEND, "completed_at", events.AppointmentCompleted),
    S.CANCELLED: Step(
        frozenset({S.BOOKED, S.CONFIRMED, S.CHECKED_IN}),
        P.APPOINTMENT_CANCEL,
        "cancelled_at",
        events.AppointmentCancelled,
    ),
    S.NO_SHOW: Step(frozenset({S.BOOKED, S.CONFIRMED}), P.APPOINTMENT_ATTEND, "no_show_at", events.AppointmentNoShow),
}

# A row may be born held, or booked outright.
BIRTHS: Mapping[Status, type[events.AppointmentEvent]] = {
    S.HELD: events.HoldCreated,
    S.BOOKED: events.AppointmentBooked,
}


# The life of an entry of the wait list, and that of an offer: from where each state is entered. Triggers refuse the
# rest; `actions.waitlist._advance` alone writes them.
ENTRY_STEPS: Mapping[WaitlistStatus, frozenset[WaitlistStatus]] = {
    WaitlistStatus.OFFERED: frozenset({WaitlistStatus.WAITING}),
    WaitlistStatus.WAITING: frozenset({WaitlistStatus.OFFERED}),
    WaitlistStatus.BOOKED: frozenset({WaitlistStatus.OFFERED}),
    WaitlistStatus.LEFT: frozenset({WaitlistStatus.WAITING, WaitlistStatus.OFFERED}),
    WaitlistStatus.EXPIRED: frozenset({WaitlistStatus.WAITING, WaitlistStatus.OFFERED}),
}
OFFER_STEPS: Mapping[OfferStatus, frozenset[OfferStatus]] = {
    to: frozenset({OfferStatus.OPEN})
    for to in (OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.EXPIRED, OfferStatus.WITHDRAWN)
}


def steps_from(status: Status) -> tuple[Status, ...]:
    """The states that may follow, in the order of the table; none at the end of a life."""
    return tuple(to for to, step in STEPS.items() if status in step.sources)
