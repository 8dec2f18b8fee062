"""Writes the demo's chain into an empty database."""

import random
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from backend.clinics.models import Organisation
from backend.common import clock
from backend.common.walltime import local_date_of, minute_of, zone
from backend.config.demo import cast
from backend.config.demo.calendar import fill, tell_stories
from backend.config.demo.diary import Diary
from backend.config.demo.draft import Draft
from backend.config.demo.patients import add_patients
from backend.config.demo.places import add_places
from backend.config.demo.services import add_services
from backend.config.demo.staff import add_memberships, add_staff, add_users
from backend.config.demo.visits import save_visits

HOME_ZONE = "America/Vancouver"
SEED = 20_061  # any number: the same calendar for the same day


def is_empty() -> bool:
    """True while the database holds no chain."""
    return not Organisation.objects.exists()


def seed() -> int:
    """Write the whole chain in one transaction, relative to today; the number of visits. The database must be empty."""
    now = clock.now()
    today = local_date_of(minute_of(now), zone(HOME_ZONE))
    draft = Draft()
    return _write(draft, now, today, random.Random(SEED))  # noqa: S311 - a calendar, not a secret


def _write(draft: Draft, now: datetime, today: date, rng: random.Random) -> int:
    users = add_users(draft, password=make_password(cast.PASSWORD), now=now)
    places = add_places(draft, today=today)
    services = add_services(draft, places)
    add_memberships(draft, users, places)
    staff = add_staff(draft, users, places, services, today=today)
    certified = dict.fromkeys(places.all, users[cast.IMS]) | {places.toronto: users[cast.TORONTO]}
    patients = add_patients(draft, users, places, certified=certified, today=today, rng=rng)
    diary = Diary(draft)
    tell_stories(diary, patients, staff, places, services, today)
    fill(diary, patients, staff, places, today, rng)
    desk = {
        places.coquitlam: users[cast.DESK_COQUITLAM],
        places.langley: users[cast.DESK_LANGLEY],
        places.toronto: users[cast.TORONTO],
    }
    named = {patients.cleared, patients.review, patients.parent, patients.child, patients.stranger}
    with transaction.atomic():
        draft.save()
        save_visits(draft, diary.visits, desk=desk, named=named, now=now, rng=rng)
    return len(diary.visits)
