"""The functions that alone write the `status` of entries and offers, by the tables of `lifecycle`."""

import uuid
from datetime import datetime
from typing import Any

from backend.appointments.enums import LIVE_STATUSES, OfferStatus, WaitlistStatus
from backend.appointments.event_types import WaitlistOfferEvent
from backend.appointments.lifecycle import ENTRY_STEPS, OFFER_STEPS
from backend.appointments.models import WaitlistEntry, WaitlistOffer
from backend.events.actions import publish


class Passed(Exception):
    """Somebody else took the entry or the offer further since it was read: read it again, and decide again."""


def advance_entry(entry: WaitlistEntry, to: WaitlistStatus, *, at: datetime, **values: Any) -> None:
    """Take an entry to its next state by a guarded update. Inside a transaction. Raises Passed."""
    ended_at = None if to in LIVE_STATUSES else at
    columns = {**values, "status": to, "updated_at": at, "ended_at": ended_at}
    found = WaitlistEntry.objects.filter(pk=entry.pk, status=entry.status, status__in=ENTRY_STEPS[to])
    if not found.update(**columns):
        raise Passed
    for name, value in columns.items():
        setattr(entry, name, value)


def close_offer(
    offer: WaitlistOffer, to: OfferStatus, *, by: uuid.UUID | None, at: datetime, event: type[WaitlistOfferEvent]
) -> None:
    """End an offer by a guarded update, and tell of it. Inside a transaction. Raises Passed."""
    columns: dict[str, Any] = {"status": to, "closed_at": at, "closed_by_id": by, "updated_at": at}
    if not WaitlistOffer.objects.filter(pk=offer.pk, status__in=OFFER_STEPS[to]).update(**columns):
        raise Passed
    for name, value in columns.items():
        setattr(offer, name, value)
    publish(told(offer, event))


def told(offer: WaitlistOffer, event: type[WaitlistOfferEvent]) -> WaitlistOfferEvent:
    """What the log tells of an offer."""
    return event(
        subject_id=offer.entry_id,
        clinic_id=offer.clinic_id,
        patient_id=offer.entry.patient_id,
        service_id=offer.entry.service_id,
        offer_id=offer.pk,
        appointment_id=offer.hold_id,
        starts_at=offer.starts_at,
    )
