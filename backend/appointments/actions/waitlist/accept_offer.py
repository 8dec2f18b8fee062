"""Saying yes to a time that was offered."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from backend.appointments.actions.agreeing import agreeing
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.fulfil import fulfil
from backend.appointments.actions.waitlist._advance import advance_entry, close_offer
from backend.appointments.actions.waitlist._given_back import give_back, is_open
from backend.appointments.actions.whom import require_verified_email
from backend.appointments.actions.wish import Wish
from backend.appointments.enums import OfferStatus, WaitlistStatus
from backend.appointments.errors import HoldExpired, InvalidTransition, OfferExpired
from backend.appointments.event_types import WaitlistOfferAccepted
from backend.appointments.models import Appointment, WaitlistOffer
from backend.appointments.queries.waitlist import get_offer_for
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.permissions import Permission


def accept_offer(actor: Actor, *, offer_id: uuid.UUID, consents: Sequence[uuid.UUID] = ()) -> WaitlistOffer:
    """Book the time, and in the same transaction let go of the later visit that the entry gives back, free of charge.
    The hold becomes the visit: `hold_id` of the offer. Accepted before, it stays so, and nothing is done twice.
    `consents` are given with the visit, or not at all (D13).

    Whoever may accept carries out what the entry says: giving back was allowed when it was entered. A visit that was
    cancelled or has moved to an earlier time meanwhile is not given back.

    Raises NotFound, ValidationFailed (a text that is not asked for), PermissionDenied (to agree to it),
    EmailNotVerified, OfferExpired, InvalidTransition (declined or withdrawn), SlotTaken, PatientOverlap or
    SlotNotBookable (something has changed since), Unavailable.
    """
    offer = get_offer_for(actor, offer_id, Permission.APPOINTMENT_BOOK)
    require_verified_email(actor, clinic_id=offer.clinic_id)
    with agreeing(actor, offer.entry.patient_id, consents):
        return Patience().run(lambda: _accept(actor, get_offer_for(actor, offer_id, Permission.APPOINTMENT_BOOK)))


def _accept(actor: Actor, seen: WaitlistOffer) -> WaitlistOffer:
    rows = [row for row in (seen.hold, seen.entry.gives_back) if row]
    with door(
        practitioner_ids=[row.practitioner_id for row in rows],
        room_ids=[row.room_id for row in rows],
        patient_ids=[seen.entry.patient_id],
    ) as now:
        offer = get_offer_for(actor, seen.pk, Permission.APPOINTMENT_BOOK)
        if offer.status == OfferStatus.ACCEPTED:
            return offer
        _require_open(offer)
        free_ended_at = _give_back(actor, offer, seen.entry.gives_back, now)
        _book(actor, offer, now, free_ended_at)
        advance_entry(offer.entry, WaitlistStatus.BOOKED, at=now)
        close_offer(offer, OfferStatus.ACCEPTED, by=actor.user_id, at=now, event=WaitlistOfferAccepted)
        record(
            actor,
            "waitlist.offer_accepted",
            subject_type="waitlist_offer",
            subject_id=offer.pk,
            patient_id=offer.entry.patient_id,
            clinic_id=offer.clinic_id,
        )
        return offer


def _require_open(offer: WaitlistOffer) -> None:
    if offer.status == OfferStatus.EXPIRED:
        raise OfferExpired
    if offer.status != OfferStatus.OPEN:
        raise InvalidTransition("This offer is no longer open.")


def _give_back(actor: Actor, offer: WaitlistOffer, seen: Appointment | None, now: datetime) -> datetime | None:
    """First, so that the rules about the patient's visits are asked as if it were not there."""
    if seen is None:
        return None
    visit = Appointment.objects.get(pk=seen.pk)
    is_theirs = visit.patient_id == offer.entry.patient_id
    if not is_theirs or not is_open(visit, now) or visit.starts_at <= offer.starts_at:
        return None
    return give_back(actor, visit, now=now)


def _book(actor: Actor, offer: WaitlistOffer, now: datetime, free_ended_at: datetime | None) -> None:
    hold, patient_id = offer.hold, offer.entry.patient_id
    wish = Wish(hold.service_id, hold.clinic_id, hold.starts_at, hold.practitioner_id, patient_id)
    try:
        fulfil(actor, hold=hold, wish=wish, patient_id=patient_id, now=now, free_ended_at=free_ended_at)
    except HoldExpired as error:
        raise OfferExpired from error
