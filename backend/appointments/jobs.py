"""What recurs for visits, and what the wait list leaves to the worker."""

import uuid
from datetime import date

from backend.appointments.actions.ask_for_screenings import ask_for_screenings
from backend.appointments.actions.flag_unresolved import flag_unresolved
from backend.appointments.actions.merge_stamps import merge_stamps
from backend.appointments.actions.settle_at_risk import settle_at_risk
from backend.appointments.actions.sweep_holds import sweep_holds
from backend.appointments.actions.waitlist.end_entries import end_entries
from backend.appointments.actions.waitlist.look_again import look_again
from backend.appointments.actions.waitlist.look_for_time import MAIL_JOB, OFFER_JOB
from backend.appointments.actions.waitlist.offer_free_time import offer_free_time
from backend.appointments.mails import tell_of_offer
from backend.appointments.rules.facts import Window
from backend.common.jobs import every, job

every("* * * * *", "appointments.sweep_holds")(sweep_holds)
every("*/5 * * * *", "appointments.flag_unresolved")(flag_unresolved)
every("*/5 * * * *", "appointments.settle_at_risk")(settle_at_risk)
every("29 * * * *", "appointments.merge_stamps")(merge_stamps)
every("23 * * * *", "appointments.end_waitlist_entries")(end_entries)
every("*/15 * * * *", "appointments.look_again_for_who_waits")(look_again)


@job(OFFER_JOB)
def offer(*, clinic_id: str, first: str, last: str) -> None:
    """Offer the free time of some dates at a clinic to those who wait there."""
    window = Window(date.fromisoformat(first), date.fromisoformat(last))
    offer_free_time(clinic_id=uuid.UUID(clinic_id), window=window)


@job(MAIL_JOB)
def mail(*, offer_id: str, mail_id: str) -> None:
    """Tell those who answer for the patient of an offer."""
    tell_of_offer(uuid.UUID(offer_id), uuid.UUID(mail_id))


every("29 * * * *", "appointments.ask_for_screenings")(ask_for_screenings)
