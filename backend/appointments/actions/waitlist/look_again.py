"""Looking at all clinics where somebody waits, for time that became free without anybody saying so."""

from datetime import timedelta

from django.db import transaction

from backend.appointments.actions.waitlist.look_for_time import FARTHEST, look_for_time
from backend.appointments.queries.waiting import clinics_with_waiting
from backend.appointments.rules.facts import Window
from backend.common import clock


def look_again() -> int:
    """Have the free time of the weeks to come offered at each of them; how many clinics.

    The horizon moves on, clearances begin, rooms become free elsewhere: no event tells of it.
    """
    first = (clock.now() - timedelta(hours=12)).date()
    clinics = clinics_with_waiting()
    with transaction.atomic():
        look_for_time(clinic_ids=clinics, windows=[Window(first, first + FARTHEST)])
    return len(clinics)
