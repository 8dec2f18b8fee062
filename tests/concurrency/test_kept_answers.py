"""Searches and changes at once: nothing that is kept is ever older than the stamps it is kept under."""

from collections.abc import Callable
from threading import Event, local
from typing import Any

import pytest
from django.db import connection

from backend.appointments.availability import calendars
from backend.appointments.availability.calendars import look
from backend.appointments.availability.gather import Facts, Question, gather
from backend.appointments.availability.search import DayOfSlots, days
from backend.appointments.availability.stamps import read_stamps
from backend.appointments.rules.facts import Window
from backend.practitioners.models import Practitioner, TimeOff
from tests.appointments.test_query_counts import crowd
from tests.cast import TUE, Cast
from tests.concurrency.crowd import at_once, meanwhile

ROUNDS = 25
Look = Callable[[Question], list[DayOfSlots]]


@pytest.fixture
def people(transactional_db: None, cast: Cast) -> list[Practitioner]:
    return crowd(cast, 2)


@pytest.fixture
def question(cast: Cast, people: list[Practitioner]) -> Question:
    day = cast.day(cast.coquitlam, TUE)
    named = tuple(person.pk for person in people)
    return Question(cast.physio_follow_up.pk, Window(day, day), (cast.coquitlam.pk,), named)


def read(question: Question) -> list[DayOfSlots]:
    """As search does: the stamps, then the facts."""
    return look(question, _stamps(question))[1]


def read_backwards(question: Question) -> list[DayOfSlots]:
    """The facts, then the stamps. `gather` is made to give what was read."""
    _before.facts = gather(question)
    return look(question, _stamps(question))[1]


_before = local()


def _stamps(question: Question) -> Any:
    return read_stamps(str(question.service_id), question.clinic_ids, question.practitioner_ids)


def be_away(person: Practitioner, question: Question) -> TimeOff:
    day = question.window.first
    return TimeOff.objects.create(practitioner=person, first_date=day, last_date=day, from_minute=0, until_minute=1440)


def elsewhere(act: Callable[[], object]) -> None:
    """Do it on another connection, committed."""
    meanwhile(lambda: _and_close(act), lambda: None)


def _and_close(act: Callable[[], object]) -> Any:
    try:
        return act()
    finally:
        connection.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_change_between_stamps_and_facts_is_seen_by_the_next(
    people: list[Practitioner], question: Question, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def gather_while_it_changes(asked: Question) -> Facts:
        monkeypatch.undo()
        if when == "before":
            elsewhere(lambda: be_away(people[0], question))
        facts = gather(asked)
        if when == "after":
            elsewhere(lambda: be_away(people[0], question))
        return facts

    monkeypatch.setattr(calendars, "gather", gather_while_it_changes)
    read(question)
    assert read(question) == read(question) == days(gather(question))


def test_the_other_way_round_an_old_answer_stays(
    people: list[Practitioner], question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: had the stamps been read after the facts, the change between them would be hidden for good."""
    _before.facts = gather(question)
    elsewhere(lambda: be_away(people[0], question))
    monkeypatch.setattr(calendars, "gather", lambda _: _before.facts)
    look(question, _stamps(question))
    monkeypatch.undo()
    assert read(question) != days(gather(question))


def storm(people: list[Practitioner], question: Question, read: Look) -> int:
    """One person for each goes and comes back again and again, while others search; how many answers were old."""
    over = Event()

    def change(person: Practitioner) -> int:
        old = 0
        for _ in range(ROUNDS):
            absence = be_away(person, question)
            old += any(is_listed(person, read(question)) for _ in range(2))
            absence.delete()
            old += not all(is_listed(person, read(question)) for _ in range(2))
        return old

    def search() -> int:
        while not over.is_set():
            read(question)
        return 0

    def write() -> int:
        try:
            return sum(at_once([lambda p=person: _and_close(lambda: change(p)) for person in people]))  # type: ignore[misc]
        finally:
            over.set()

    return sum(at_once([write, *[lambda: _and_close(search)] * 3]))


def is_listed(person: Practitioner, found: list[DayOfSlots]) -> bool:
    return any(person.pk in slot.practitioner_ids for day in found for slot in day.slots)


def test_whoever_has_changed_something_never_finds_it_unchanged(people: list[Practitioner], question: Question) -> None:
    assert storm(people, question, read) == 0


def test_with_stamps_read_last_the_storm_shows_old_answers(
    people: list[Practitioner], question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "gather", lambda _: _before.facts)
    assert storm(people, question, read_backwards) > 0
