"""Saying no to a time that was offered."""

import uuid

from backend.appointments.actions.advance import advance
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.waitlist._advance import advance_entry, close_offer
from backend.appointments.enums import OfferStatus, Status, WaitlistStatus
from backend.appointments.errors import InvalidTransition, OfferExpired
from backend.appointments.event_types import WaitlistOfferDeclined
from backend.appointments.models import Appointment, WaitlistOffer
from backend.appointments.queries.waitlist import get_offer_for
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.permissions import Permission


def decline_offer(actor: Actor, *, offer_id: uuid.UUID) -> WaitlistOffer:
    """Let the time go to the next; the entry waits on in its place, and is not offered that start again. Declined
    before, it stays so.

    Raises NotFound, OfferExpired, InvalidTransition (it was accepted), Unavailable.
    """
    offer = get_offer_for(actor, offer_id, Permission.APPOINTMENT_BOOK)
    return Patience().run(lambda: _decline(actor, offer.pk, offer.hold))


def _decline(actor: Actor, offer_id: uuid.UUID, held: Appointment) -> WaitlistOffer:
    with door(**held.resources) as now:
        offer = get_offer_for(actor, offer_id, Permission.APPOINTMENT_BOOK)
        if offer.status == OfferStatus.DECLINED:
            return offer
        if offer.status == OfferStatus.EXPIRED or (
            offer.status == OfferStatus.OPEN and offer.hold.status != Status.HELD
        ):
            raise OfferExpired
        if offer.status != OfferStatus.OPEN:
            raise InvalidTransition("This offer is no longer open.")
        advance_entry(offer.entry, WaitlistStatus.WAITING, at=now, missed_offers=0)
        close_offer(offer, OfferStatus.DECLINED, by=actor.user_id, at=now, event=WaitlistOfferDeclined)
        advance(offer.hold, Status.EXPIRED, by=actor.user_id, at=now, reason="declined")
        record(
            actor,
            "waitlist.offer_declined",
            subject_type="waitlist_offer",
            subject_id=offer.pk,
            patient_id=offer.entry.patient_id,
            clinic_id=offer.clinic_id,
        )
        return offer
