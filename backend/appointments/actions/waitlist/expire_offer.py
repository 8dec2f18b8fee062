"""What follows when nobody answered an offer."""

import uuid

from django.conf import settings
from django.db import transaction

from backend.appointments.actions.waitlist._advance import Passed, advance_entry, close_offer
from backend.appointments.enums import OfferStatus, Status, WaitlistStatus
from backend.appointments.event_types import WaitlistExpired, WaitlistOfferExpired
from backend.appointments.models import WaitlistOffer
from backend.common import clock
from backend.events.actions import publish


def expire_offer(*, hold_id: uuid.UUID) -> bool:
    """Close the open offer whose hold has run out; its entry waits on in its place. Whether there was one.

    After WAITLIST_MISSED_OFFERS in a row without an answer the entry expires: nobody there seems to wait.
    """
    offers = WaitlistOffer.objects.select_related("entry")
    offer = offers.filter(hold_id=hold_id, hold__status=Status.EXPIRED, status=OfferStatus.OPEN).first()
    if offer is None:
        return False
    entry, now = offer.entry, clock.now()
    missed = entry.missed_offers + 1
    is_over = missed >= settings.WAITLIST_MISSED_OFFERS
    try:
        with transaction.atomic():
            to = WaitlistStatus.EXPIRED if is_over else WaitlistStatus.WAITING
            advance_entry(entry, to, at=now, missed_offers=missed)
            close_offer(offer, OfferStatus.EXPIRED, by=None, at=now, event=WaitlistOfferExpired)
            if is_over:
                publish(WaitlistExpired(subject_id=entry.pk, patient_id=entry.patient_id, service_id=entry.service_id))
    except Passed:  # the entry was taken off the list at this moment, and the offer with it
        return False
    return True
