"""Who waits at a clinic, in the order of its queue, and for what."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from backend.appointments.enums import MOVABLE_STATUSES, WaitlistStatus
from backend.appointments.models import Appointment, WaitlistEntry, WaitlistPlace
from backend.appointments.rules.facts import Window
from backend.appointments.rules.queue import Suiting
from backend.common import clock
from backend.common.walltime import minute_of

# More wait for one clinic's dates than can be served of one round: the next round goes on.
MOST = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry, what suits it, and the later visit that it gives back, if it is still open."""

    entry: WaitlistEntry
    suiting: Suiting
    gives_back: Appointment | None


def waiting_at(clinic_id: uuid.UUID, window: Window) -> list[Waiting]:
    """Those who wait at the clinic for any of these dates, in the order of its queue; in a few statements."""
    places = (
        WaitlistPlace.objects.filter(_waits_for(window), clinic_id=clinic_id)
        .exclude(entry__patient__user__is_active=False)
        .select_related("entry__gives_back")
        .prefetch_related("entry__windows", "entry__practitioners", "entry__offers")
        .order_by("rank")
    )
    return [_waiting(place.entry) for place in places[:MOST]]


def is_anyone_waiting(clinic_id: uuid.UUID, window: Window) -> bool:
    """Whether anybody waits at the clinic for any of these dates."""
    return WaitlistPlace.objects.filter(_waits_for(window), clinic_id=clinic_id).exists()


def clinics_with_waiting() -> list[uuid.UUID]:
    """The clinics at which anybody waits."""
    waiting = WaitlistPlace.objects.filter(entry__status=WaitlistStatus.WAITING)
    return list(waiting.order_by("clinic_id").values_list("clinic_id", flat=True).distinct())


def nothing_left_to_offer(today: date) -> Iterable[WaitlistEntry]:
    """Waiting entries whose dates are all before this one, or whose visit to give back has begun, or of somebody who
    has closed their account."""
    waiting = WaitlistEntry.objects.filter(status=WaitlistStatus.WAITING)
    still = WaitlistEntry.objects.filter(windows__last_date__gte=today).values("pk")
    has_begun = Q(gives_back__starts_at__lte=clock.now()) & ~Q(gives_back__status="cancelled")
    found: list[WaitlistEntry] = list(
        waiting.filter(~Q(pk__in=still) | has_begun | Q(patient__user__is_active=False)).order_by("pk")
    )
    return found


def _waits_for(window: Window) -> Q:
    dates = Q(windows__first_date__lte=window.last, windows__last_date__gte=window.first)
    suiting = WaitlistEntry.objects.filter(dates, status=WaitlistStatus.WAITING)
    return Q(entry__in=suiting.values("pk"))


def _waiting(entry: WaitlistEntry) -> Waiting:
    visit = entry.gives_back
    gives_back = visit if visit and visit.status in MOVABLE_STATUSES else None
    suiting = Suiting(
        windows=tuple(Window(one.first_date, one.last_date) for one in entry.windows.all()),
        practitioner_ids=frozenset(one.practitioner_id for one in entry.practitioners.all()),
        weekdays=frozenset(entry.weekdays),
        day_parts=frozenset(entry.day_parts),
        until=minute_of(gives_back.occupied_from) if gives_back else None,
        not_at=frozenset(minute_of(one.starts_at) for one in entry.offers.all()),
    )
    return Waiting(entry, suiting, gives_back)
