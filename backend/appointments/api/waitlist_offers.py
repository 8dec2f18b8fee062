"""Offers of the wait list: read, accept, decline."""

import uuid
from typing import Any

from backend.appointments.actions.waitlist.accept_offer import accept_offer
from backend.appointments.actions.waitlist.decline_offer import decline_offer
from backend.appointments.api.requests import AcceptOfferRequest
from backend.appointments.api.shapes import Appointment
from backend.appointments.api.waitlist_shapes import WaitlistEntry, WaitlistOffer, shown_offer
from backend.appointments.errors import (
    EmailNotVerified,
    InvalidTransition,
    OfferExpired,
    PatientOverlap,
    SlotNotBookable,
    SlotTaken,
)
from backend.appointments.queries.visits import see_visit
from backend.appointments.queries.waitlist import get_offer_for, see_entry
from backend.audit.reading import note_reading
from backend.common import clock
from backend.common.errors import PermissionDenied
from backend.common.http.operations import Call, Operation, Reply
from backend.common.permissions import Permission


class GetWaitlistOffer(Operation):
    """Read an offer.

    What a link in a mail leads to: when, where, with whom, and how long it is kept. All about what it is for is at
    getWaitlistEntry.
    """

    permission = Permission.APPOINTMENT_READ
    returns = WaitlistOffer

    def handle(self, call: Call, offer_id: uuid.UUID) -> Reply:
        """The patient, guardians, staff of the clinic."""
        offer = get_offer_for(call.actor, offer_id, Permission.APPOINTMENT_READ)
        note_reading(call.actor, "waitlist.read", patient_ids=[offer.entry.patient_id])
        return Reply(shown_offer(offer, clock.now()))


class AcceptWaitlistOffer(Operation):
    """Take the time that is offered.

    The answer is the visit, booked: the whole confirmation screen. In the same step the later visit is cancelled that
    the entry gives back, at no charge. What the patient agreed to goes into `consents`, as with createAppointment; a
    text that is missing is `slot_not_bookable` with the rule `consent_needed`, and the offer stands. Asked again, it
    answers with the same visit and does nothing more. If it ran out, `hold_expired`; the entry waits on in its place.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = AcceptOfferRequest
    returns = Appointment
    rerender = True
    raises = (
        EmailNotVerified,
        PermissionDenied,
        OfferExpired,
        InvalidTransition,
        SlotTaken,
        PatientOverlap,
        SlotNotBookable,
    )

    def handle(self, call: Call, offer_id: uuid.UUID) -> Reply:
        """The patient, guardians, staff of the clinic."""
        offer = accept_offer(call.actor, offer_id=offer_id, consents=call.body["consents"])
        return Reply(see_visit(call.actor, offer.hold_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The visit as it is now."""
        return see_visit(call.actor, resource_id)


class DeclineWaitlistOffer(Operation):
    """Let the time that is offered go.

    To the next who waits. The entry waits on in its place, for other times than this one. Asked again, it answers the
    same.
    """

    permission = Permission.APPOINTMENT_BOOK
    returns = WaitlistEntry
    rerender = True
    raises = (PermissionDenied, OfferExpired, InvalidTransition)

    def handle(self, call: Call, offer_id: uuid.UUID) -> Reply:
        """The patient, guardians, staff of the clinic."""
        offer = decline_offer(call.actor, offer_id=offer_id)
        return Reply(see_entry(call.actor, offer.entry_id), resource_id=offer.entry_id)

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The entry as it is now."""
        return see_entry(call.actor, resource_id)
