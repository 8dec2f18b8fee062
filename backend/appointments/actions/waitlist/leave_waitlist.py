"""Taking an entry off the wait list."""

import uuid

from backend.appointments.actions.advance import advance
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.take import TRIES
from backend.appointments.actions.waitlist._advance import Passed, advance_entry, close_offer
from backend.appointments.enums import LIVE_STATUSES, OfferStatus, Status, WaitlistStatus
from backend.appointments.event_types import WaitlistLeft, WaitlistOfferWithdrawn
from backend.appointments.models import Appointment, WaitlistEntry, WaitlistOffer
from backend.appointments.queries.waitlist import get_entry_for
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import Unavailable
from backend.common.permissions import Permission
from backend.events.actions import publish


def leave_waitlist(actor: Actor, *, entry_id: uuid.UUID) -> None:
    """Wait no longer. What is offered just now is withdrawn, and goes to the next. An entry that has ended stays as it
    is: it waits no longer either way.

    Raises NotFound, Unavailable.
    """
    patience = Patience()
    for _ in range(TRIES):
        entry = get_entry_for(actor, entry_id, Permission.APPOINTMENT_BOOK)
        if entry.status not in LIVE_STATUSES:
            return
        offer = WaitlistOffer.objects.select_related("hold").filter(entry=entry, status=OfferStatus.OPEN).first()
        try:
            patience.run(lambda: _leave(actor, entry, offer))  # noqa: B023 (run at once)
        except Passed:
            continue
        return
    raise Unavailable(retry_after_seconds=1)


def _leave(actor: Actor, entry: WaitlistEntry, offer: WaitlistOffer | None) -> None:
    # Offers are made with the patient locked, so none comes up meanwhile.
    locks = offer.hold.resources if offer else {"practitioner_ids": [], "room_ids": [], "patient_ids": []}
    with door(**{**locks, "patient_ids": [entry.patient_id]}) as now:
        advance_entry(entry, WaitlistStatus.LEFT, at=now)
        if offer:
            offer.entry = entry
            close_offer(offer, OfferStatus.WITHDRAWN, by=actor.user_id, at=now, event=WaitlistOfferWithdrawn)
            hold = Appointment.objects.get(pk=offer.hold_id)
            if hold.status == Status.HELD:
                advance(hold, Status.EXPIRED, by=actor.user_id, at=now, reason="withdrawn")
        publish(WaitlistLeft(subject_id=entry.pk, patient_id=entry.patient_id, service_id=entry.service_id))
        record(
            actor,
            "waitlist.left",
            subject_type="waitlist_entry",
            subject_id=entry.pk,
            patient_id=entry.patient_id,
        )
