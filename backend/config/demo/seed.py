"""Writes the demo's chain into an empty database."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.contrib.auth.hashers import make_password
from django.db import transaction

from backend.accounts.models import User
from backend.clinics.models import Clinic, Organisation
from backend.common import clock
from backend.common.walltime import local_date_of, minute_of, zone
from backend.config.demo import cast
from backend.config.demo.aftercare import add_advice, save_sessions
from backend.config.demo.calendar import fill, tell_stories
from backend.config.demo.courses import add_courses, link_courses
from backend.config.demo.diary import Diary, Visit
from backend.config.demo.draft import Draft
from backend.config.demo.pathway import add_consent_text, add_flagged, add_pathway
from backend.config.demo.patients import add_patients
from backend.config.demo.places import add_places
from backend.config.demo.questions import add_questions
from backend.config.demo.services import add_services
from backend.config.demo.staff import add_memberships, add_staff, add_users
from backend.config.demo.visits import save_visits
from backend.patients.models import Patient

HOME_ZONE = "America/Vancouver"
SEED = 20_061  # any number: the same calendar for the same day


@dataclass(frozen=True, slots=True)
class Plan:
    """The demo before it is written. `desk` keeps each clinic's book; `named` patients have stories to keep."""

    draft: Draft
    visits: list[Visit]
    desk: Mapping[Clinic, User]
    named: frozenset[Patient]


def is_empty() -> bool:
    """True while the database holds no chain."""
    return not Organisation.objects.exists()


def seed() -> int:
    """Write the whole chain in one transaction, relative to today; the number of visits. The database must be empty."""
    now, rng = clock.now(), random.Random(SEED)  # noqa: S311 - a calendar, not a secret
    planned = plan(now, rng, password=make_password(cast.PASSWORD))
    with transaction.atomic():
        planned.draft.save()
        save_visits(planned.draft, planned.visits, desk=planned.desk, named=planned.named, now=now, rng=rng)
        save_sessions(planned.named)
        link_courses(planned.draft)
    return len(planned.visits)


def plan(now: datetime, rng: random.Random, *, password: str) -> Plan:
    """Think up the chain as of `now`, without a database; `password` is the one hash everyone shares."""
    today = local_date_of(minute_of(now), zone(HOME_ZONE))
    draft = Draft()
    users = add_users(draft, password=password, now=now)
    places = add_places(draft, today=today)
    services = add_services(draft, places)
    add_memberships(draft, users, places)
    staff = add_staff(draft, users, places, services, today=today)
    approvers = {places.coquitlam: staff.ims, places.langley: staff.ims, places.toronto: staff.toronto}
    add_advice(draft, services.ims_treatment, approvers, now=now)
    add_questions(draft, services.all, staff.ims, users[cast.OWNER])
    certified = dict.fromkeys(places.all, users[cast.IMS]) | {places.toronto: users[cast.TORONTO]}
    patients = add_patients(draft, users, places, certified=certified, today=today, rng=rng)
    in_ims = [patients.cleared, patients.review, *chain.from_iterable(patients.in_ims.values())]
    text, desk_user = add_consent_text(draft, services.ims_treatment, users[cast.OWNER]), users[cast.DESK_COQUITLAM]
    add_pathway(draft, in_ims, text, desk_user, now=now, today=today)
    add_flagged(draft, patients.flagged, places.coquitlam, desk_user, now=now, today=today)
    add_courses(draft, patients, staff, places, services, leader=users[cast.IMS], now=now, today=today)
    diary = Diary(draft)
    tell_stories(diary, patients, staff, places, services, today)
    fill(diary, patients, staff, places, today, rng)
    desk = {
        places.coquitlam: users[cast.DESK_COQUITLAM],
        places.langley: users[cast.DESK_LANGLEY],
        places.toronto: users[cast.TORONTO],
    }
    named = frozenset({patients.cleared, patients.review, patients.parent, patients.child, patients.stranger})
    return Plan(draft, diary.visits, desk, named)
