"""Making one offer: the hold, the offer and the news of it, in one transaction."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings

from backend.appointments.actions.advance import begin
from backend.appointments.actions.draft import draft
from backend.appointments.actions.take import take
from backend.appointments.actions.waitlist._advance import Passed, advance_entry, told
from backend.appointments.actions.waitlist.look_for_time import MAIL_JOB
from backend.appointments.actions.wish import Wish
from backend.appointments.availability.gather import Besides, Facts
from backend.appointments.enums import Status, WaitlistStatus
from backend.appointments.event_types import WaitlistOffered
from backend.appointments.models import Appointment, WaitlistEntry, WaitlistOffer
from backend.appointments.rules.facts import Lane, RoomFacts
from backend.appointments.rules.queue import stands_until
from backend.audit.actions import record
from backend.common.ids import uuid7
from backend.common.jobs import enqueue
from backend.events.actions import publish


def offer(
    entry: WaitlistEntry,
    *,
    clinic_id: uuid.UUID,
    practitioner_id: uuid.UUID,
    starts_at: datetime,
    instead_of: Appointment | None,
) -> WaitlistOffer:
    """Hold the time for the entry and offer it. Nobody holds it: it counts against no limit, and can be let go or
    booked through the offer alone.

    Raises Passed when the entry no longer waits, or was offered that start before, and SlotTaken, PatientOverlap,
    SlotNotBookable, Unavailable.
    """
    besides = Besides.of(instead_of) if instead_of else None
    wish = Wish(entry.service_id, clinic_id, starts_at, practitioner_id, entry.patient_id, besides=besides)

    def write(facts: Facts, lane: Lane, room: RoomFacts) -> WaitlistOffer:
        # A round that began before may have asked meanwhile.
        if WaitlistOffer.objects.filter(entry=entry, clinic_id=clinic_id, starts_at=starts_at).exists():
            raise Passed
        advance_entry(entry, WaitlistStatus.OFFERED, at=facts.now)
        until = _until(facts.now, lane, starts_at)
        hold = draft(wish, lane, room, held_by_id=None, hold_expires_at=until)
        begin(hold, Status.HELD, by=None, at=facts.now, reason="offered from the wait list")
        return _write(entry, hold, facts.now, until)

    return take(wish, write)


def _until(now: datetime, lane: Lane, starts_at: datetime) -> datetime:
    lasts = timedelta(minutes=settings.WAITLIST_OFFER_MINUTES)
    notice = lane.place.clinic.terms.notice_minutes
    return stands_until(now, starts_at, notice_minutes=notice, lasts=lasts, zone=lane.place.clinic.zone)


def _write(entry: WaitlistEntry, hold: Appointment, now: datetime, until: datetime) -> WaitlistOffer:
    made = WaitlistOffer(
        entry=entry,
        hold=hold,
        clinic_id=hold.clinic_id,
        practitioner_id=hold.practitioner_id,
        starts_at=hold.starts_at,
        offered_at=now,
        expires_at=until,
    )
    made.save(force_insert=True)
    publish(told(made, WaitlistOffered))
    record(
        None,
        "waitlist.offered",
        subject_type="waitlist_offer",
        subject_id=made.pk,
        patient_id=entry.patient_id,
        clinic_id=made.clinic_id,
        after={"starts_at": made.starts_at.isoformat(), "practitioner_id": str(made.practitioner_id)},
    )
    enqueue(MAIL_JOB, offer_id=str(made.pk), mail_id=str(uuid7()))
    return made
