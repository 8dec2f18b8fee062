"""Nothing that search keeps outlives a change: what changes an answer changes the stamps first."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, models, transaction

from backend.appointments.actions.merge_stamps import MANY, merge_stamps
from backend.appointments.availability import statements
from backend.appointments.availability.calendars import look
from backend.appointments.availability.gather import Question, gather
from backend.appointments.availability.kept import Entry, Kept
from backend.appointments.availability.search import DayOfSlots, days
from backend.appointments.rules.facts import Window
from backend.appointments.rules.registry import RULES
from tests.appointments.test_oracle import DATES, stamps_of
from tests.appointments.weeks import Week

pytestmark = pytest.mark.django_db

WEEKS = int(os.environ.get("STAMPED_WEEKS", "6"))
CHANGES = 40
FIRST = 4  # in it a review is due


def read_tables() -> set[str]:
    """Every table that the facts come from, as their statement names them."""
    words = set(re.findall(r"[a-z_]+", statements.FACTS + statements.PATIENT))
    return words & set(connection.introspection.table_names())


def unstamped() -> dict[str, set[str]]:
    """The tables among them of which some event leaves no stamp."""
    asked = """
        SELECT tgrelid::regclass::text, CASE WHEN tgtype & 4 > 0 THEN 'INSERT' WHEN tgtype & 8 > 0 THEN 'DELETE'
                                             WHEN tgtype & 16 > 0 THEN 'UPDATE' ELSE 'TRUNCATE' END
        FROM pg_trigger WHERE tgfoid = to_regproc('stamp_' || tgrelid::regclass::text) AND tgenabled = 'O'
    """
    with connection.cursor() as cursor:
        cursor.execute(asked)
        found = set(cursor.fetchall())
    missing = {
        table: {event for event in ("INSERT", "UPDATE", "DELETE", "TRUNCATE") if (table, event) not in found}
        for table in read_tables()
    }
    return {table: events for table, events in missing.items() if events}


def test_every_table_that_search_reads_leaves_stamps() -> None:
    """Forgotten one? `SELECT stamp_changes_of('table', 'column_of_whom_it_is_about')` in a migration of its app."""
    assert {"clinics_room", "patients_clearance", "appointments_appointment"} < read_tables()
    assert unstamped() == {}


def test_a_forgotten_trigger_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER clinics_room_stamps_update ON clinics_room")
        cursor.execute("SELECT stamp_no_changes_of('patients_clearance')")
    everything = {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}
    assert unstamped() == {"clinics_room": {"UPDATE"}, "patients_clearance": everything}


class Untold:
    """Stands where a patient or the time would be: whoever looks at it fails."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"what lasts must not look at {name}")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code.value)
def test_what_is_kept_looks_at_neither_patient_nor_clock(rule: Any) -> None:
    seen = 0
    for seed in range(8):
        with transaction.atomic():
            week = Week(DATES[3], seed)
            facts = gather(Question(week.service.pk, Window(week.first, week.last)))
            for place in facts.places:
                object.__setattr__(place, "patient", Untold())
                object.__setattr__(place, "now", Untold())
                for lane in facts.lanes_at(place):
                    if rule.in_lane:
                        rule.in_lane(lane)
                if rule.at_place and rule.lasts:
                    rule.at_place(place)
                seen += 1
            transaction.set_rollback(True)
    assert seen


def test_whatever_changes_an_answer_changes_its_stamps() -> None:
    """Any value of any row that search reads, changed at random past all our code; or the row deleted."""
    kinds = [kind for kind in apps.get_models() if kind._meta.db_table in read_tables()]
    told: Counter[str] = Counter()
    weeks = 0
    for seed in count(FIRST):
        with transaction.atomic():
            week = Week(DATES[seed % len(DATES)], seed)
            window, patient_id = Window(week.first, week.last), week.patient.pk if week.patient else None
            question = Question(week.service.pk, window, patient_id=patient_id)
            state, answer = look_anew(question)
            # Where nothing is free few changes show, so most weeks have something.
            is_wanted = bool(answer) or weeks % 3 == 0
            for _ in range(CHANGES if is_wanted else 0):
                with transaction.atomic():
                    table = change_something(kinds, week.random)
                    new_state, new_answer = look_anew(question)
                    assert new_answer == answer or new_state != state, f"{week}: {table}"
                    told[table] += new_answer != answer
                    transaction.set_rollback(True)
                assert look_anew(question) == (state, answer)
            transaction.set_rollback(True)
        weeks += is_wanted
        if weeks == WEEKS:
            break
    assert len(+told) >= 8, told


def look_anew(question: Question) -> tuple[object, list[DayOfSlots]]:
    """The state and the answer; what is kept answers alike."""
    stamps = stamps_of(question)
    answer = days(gather(question))
    assert look(question, stamps)[1] == answer
    return (stamps.service, stamps.patient, stamps.clinics), answer


def change_something(kinds: Sequence[type[models.Model]], random: Random) -> str:
    """One row of one of their tables; returns the table. What a constraint forbids is tried again."""
    while True:
        kind = random.choice(kinds)
        rows = kind._base_manager.order_by("pk")
        row = rows[random.randrange(rows.count())] if rows.exists() else None
        try:
            with transaction.atomic():
                if row and (random.random() < 0.1 or not alter(rows.filter(pk=row.pk), row, random)):
                    rows.filter(pk=row.pk).delete()
        except (Error, models.ProtectedError):
            continue
        return kind._meta.db_table


def alter(found: models.QuerySet[Any], row: Any, random: Random) -> bool:
    """Another value in one of its columns; False where it has none to change."""
    columns = [field for field in row._meta.local_concrete_fields if not field.primary_key and field.name != "status"]
    field = random.choice(columns)
    value = getattr(row, field.attname)
    new: Any = value
    if isinstance(value, bool):
        new = not value
    elif isinstance(value, int):
        new = max(value + random.choice((-60, -15, -1, 1, 15, 60)), 0)
    elif isinstance(value, datetime):
        new = value + timedelta(minutes=random.choice((-600, -30, 30, 600)))
    elif isinstance(value, date):
        new = value + timedelta(days=random.choice((-9, -1, 1, 9)))
    elif isinstance(field, models.ForeignKey):
        others = field.related_model._base_manager.order_by("pk").values_list("pk", flat=True)
        new = random.choice([*others, None] if field.null else list(others))
    return new != value and bool(found.update(**{field.attname: new}))


def test_many_stamps_become_one_and_are_still_news() -> None:
    week = Week(DATES[3], 0)
    question = Question(week.service.pk, Window(week.first, week.last))
    states = {stamps_of(question).clinics}
    for _ in range(MANY):
        week.clinics[0].save()
        states.add(stamps_of(question).clinics)
    answer = look_anew(question)[1]
    assert merge_stamps() >= 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM common_stamp WHERE owner_id = %s", [week.clinics[0].pk])
        assert cursor.fetchone() == (1,)
    states.add(stamps_of(question).clinics)
    assert len(states) == 1 + MANY + 1
    assert look_anew(question)[1] == answer
    assert merge_stamps() == 0


def test_no_more_is_kept_than_the_bound_allows() -> None:
    kept: Kept[str] = Kept(100)
    now = datetime(2027, 1, 4, tzinfo=UTC)
    for number in range(5):
        kept.put(number, Entry(f"value {number}", ("state",), now, None, 30))
        kept.get(0, ("state",), now)  # used again and again, so it stays
    assert [kept.get(number, ("state",), now) for number in range(5)] == ["value 0", None, None, "value 3", "value 4"]
    assert kept.weight == 90
    kept.put(0, Entry("new", ("state",), now, None, 60))
    assert (kept.get(0, ("state",), now), kept.get(3, ("state",), now), kept.weight) == ("new", None, 90)
    kept.put(9, Entry("too large", ("state",), now, None, 101))
    assert (kept.get(9, ("state",), now), kept.weight) == (None, 0)
