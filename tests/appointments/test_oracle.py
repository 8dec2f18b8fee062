"""Search, and the rules behind hold and book, against a slow and obvious oracle on made-up weeks.

`ORACLE_WEEKS=500 python -m pytest tests/appointments/test_oracle.py` looks at five hundred weeks instead of a few.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction

from backend.appointments.actions.wish import Wish
from backend.appointments.availability.calendars import look
from backend.appointments.availability.gather import Question, gather
from backend.appointments.availability.search import days
from backend.appointments.availability.stamps import Stamps, read_stamps
from backend.appointments.rules.facts import Lane, Window
from backend.appointments.rules.registry import RULES, refusing
from tests.appointments.oracle import Oracle, instant, minute, minutes_of, wall
from tests.appointments.stopped_clock import stop_clock
from tests.appointments.weeks import Week

pytestmark = pytest.mark.django_db

WEEKS = int(os.environ.get("ORACLE_WEEKS", "8"))
STARTS = 12
# Toronto's clocks change on the first three; Vancouver's have not since 2026, whatever older zone data says.
DATES = (date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7), date(2027, 1, 13))


@pytest.mark.parametrize("about", DATES, ids=str)
def test_the_engine_and_the_oracle_agree(about: date) -> None:
    seen: Counter[str] = Counter()
    for seed in range(WEEKS):
        with transaction.atomic():
            week = Week(about, seed)
            lanes = [
                Oracle(week.service, clinic, person, week.patient, week.now)
                for clinic in week.clinics
                for person in week.practitioners
            ]
            seen["bookable"] += agree_on_search(week, lanes)
            for lane in lanes:
                for start in week.random.sample(turning_points(lane, week), STARTS):
                    seen.update(agree_on_start(week, lane, start))
            transaction.set_rollback(True)
    # The weeks were worth looking at: something was free, and every rule had its say.
    assert seen["bookable"] > WEEKS
    assert seen.keys() >= {rule.code.value for rule in RULES}


def agree_on_search(week: Week, lanes: list[Oracle]) -> int:
    """Exactly the starts that the oracle lets pass, under the right dates; returns how many."""
    names_all = week.chance(0.5)
    question = Question(
        service_id=week.service.pk,
        window=Window(week.first, week.last),
        clinic_ids=tuple({lane.clinic.pk for lane in lanes}) if names_all else (),
        practitioner_ids=tuple({lane.practitioner.pk for lane in lanes}) if names_all else (),
        patient_id=week.patient.pk if week.patient else None,
    )
    listed = days(gather(question))
    assert look(question, stamps_of(question))[1] == listed
    found = {
        (day.clinic_id, person, slot.start) for day in listed for slot in day.slots for person in slot.practitioner_ids
    }
    expected = {
        (lane.clinic.pk, lane.practitioner.pk, start)
        for lane in lanes
        for start in minutes_of(lane.zone, week.first, week.last)
        if lane.is_bookable(start)
    }
    assert found == expected, week
    for day in listed:
        assert {wall(slot.start, day.zone.key)[0] for slot in day.slots} == {day.date}
        assert [slot.start for slot in day.slots] == sorted({slot.start for slot in day.slots})
    agree_on_what_is_kept(week, question)
    return len(found)


def agree_on_what_is_kept(week: Week, question: Question) -> None:
    """What was kept is as good as what is worked out anew, however far the clock has gone since, or gone back."""
    for minutes in week.random.sample((-3000, -20, 1, 5, 9, 30, 700, 1500), 4):
        stop_clock(week.now + timedelta(minutes=minutes))
        assert look(question, stamps_of(question))[1] == days(gather(question)), f"{week} after {minutes} minutes"
    stop_clock(week.now)


def stamps_of(question: Question) -> Stamps:
    return read_stamps(str(question.service_id), question.clinic_ids, question.practitioner_ids, question.patient_id)


def agree_on_start(week: Week, lane: Oracle, start: int) -> set[str]:
    """The very codes of the oracle, asked as booking asks; returns them."""
    patient_id = week.patient.pk if week.patient else None
    wish = Wish(week.service.pk, lane.clinic.pk, instant(start), lane.practitioner.pk, patient_id)
    facts = gather(wish.question)
    said = {rule.code.value for rule in refusing(Lane(facts.places[0], facts.practitioners[0]), start)}
    assert said == set(lane.refusals(start)), f"{week}: {instant(start).isoformat()} at {lane.clinic.slug}"
    return said


def turning_points(lane: Oracle, week: Week) -> list[int]:
    """Starts at which a verdict may turn, the minutes before and after, and some that mean nothing."""
    around = minutes_of(lane.zone, week.first, week.last)
    turns = {at for at in around if wall(at, lane.zone)[1] == 0} | set(terms(lane, week))
    covers: list[Callable[[int], bool]] = [one.cover for one in (lane.opening, lane.working, lane.closed, lane.away)]
    taken = (lane.practitioner_taken, lane.patient_taken, *lane.room_taken.values())
    for covered in (*covers, *(one.__contains__ for one in taken)):
        states = [covered(at) for at in around]
        turns |= {at for at, before, now in zip(around[1:], states, states[1:], strict=False) if before != now}
    service = lane.service
    extents = (0, service.before_minutes, -service.duration_minutes, -service.duration_minutes - service.after_minutes)
    near = {turn + extent + nudge for turn in turns for extent in extents for nudge in (-1, 0, 1)}
    return sorted(near | set(week.random.sample(around, STARTS)))


def terms(lane: Oracle, week: Week) -> list[int]:
    """The minutes of notice and horizon, the clinic's and the offer's."""
    policies = [policy for policy in (lane.clinic, lane.offer) if policy is not None]
    notices = [timedelta(minutes=policy.notice_minutes or 0) for policy in policies]
    horizons = [timedelta(days=policy.horizon_days or 0) for policy in policies]
    return [minute(week.now + ahead) for ahead in (*notices, *horizons)]
