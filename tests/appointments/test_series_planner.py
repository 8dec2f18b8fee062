"""The planner against an oracle that tries everything, and what it promises in words."""

import itertools
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

import pytest

from backend.appointments.enums import DayPart
from backend.appointments.rules.series import Option, SeriesWish, change, choose_series, instead_of

MONDAY = date(2027, 1, 4)
PEOPLE = [uuid.UUID(int=number) for number in (1, 2, 3)]
CLINICS = [uuid.UUID(int=number) for number in (11, 12)]
PARTS = {DayPart.MORNING: 540, DayPart.AFTERNOON: 780, DayPart.EVENING: 1080}


def option(
    day: int, part: DayPart = DayPart.MORNING, *, who: int = 0, where: int = 0, load: int = 0, at: int | None = None
) -> Option:
    """The visit of half an hour `day` days after Monday, with five minutes before and ten after it."""
    start = day * 1440 + (PARTS[part] if at is None else at)
    ordinal = MONDAY.toordinal() + day
    return Option(start, load, PEOPLE[who], CLINICS[where], ordinal, part, start - 5, start + 40)


def wish(count: int = 3, gaps: tuple[int, int] = (7, 14), **more: object) -> SeriesWish:
    first, last = gaps
    return SeriesWish(count=count, min_gap_days=first, max_gap_days=last, from_date=MONDAY, **more)  # type: ignore[arg-type]


def fits(chain: Sequence[Option], wanted: SeriesWish) -> bool:
    """The hard conditions, said once more and slowly."""
    first = chain[0].day - wanted.from_date.toordinal()
    gaps = [later.day - earlier.day for earlier, later in itertools.pairwise(chain)]
    apart = all(
        one.occupied_until <= other.occupied_from or other.occupied_until <= one.occupied_from
        for one, other in itertools.pairwise(chain)
    )
    suits = not wanted.only_preferred or not any(map(wanted.misses, chain))
    in_order = all(wanted.min_gap_days <= gap <= wanted.max_gap_days for gap in gaps)
    return 0 <= first <= wanted.max_gap_days and in_order and apart and suits


def cost(chain: Sequence[Option], wanted: SeriesWish) -> int:
    changes = sum(change(earlier, later) for earlier, later in itertools.pairwise(chain))
    return changes + sum(map(wanted.misses, chain))


def _rank(wanted: SeriesWish, chain: tuple[Option, ...]) -> tuple[int, tuple[Option, ...]]:
    return cost(chain, wanted), chain[::-1]


def oracle(options: Sequence[Option], wanted: SeriesWish) -> list[Option]:
    """The best of all chains there are."""
    for length in range(wanted.count, 0, -1):
        chains: list[tuple[Option, ...]] = [
            chain for chain in itertools.permutations(options, length) if fits(chain, wanted)
        ]
        if chains:
            return list(min(chains, key=partial(_rank, wanted)))
    return []


def random_case(random: Random) -> tuple[list[Option], SeriesWish]:
    low = random.choice((1, 1, 2, 3))
    wanted = wish(
        random.randint(2, 4),
        (low, low + random.randint(0, 3)),
        weekdays=frozenset(random.sample(range(1, 8), random.choice((0, 0, 1, 3)))),
        day_parts=frozenset(random.sample(list(DayPart), random.choice((0, 0, 1, 2)))),
        only_preferred=random.random() < 0.2,
    )
    late, early = (DayPart.EVENING, 1420), (DayPart.MORNING, 0)
    found = set()
    for _ in range(random.randint(1, 11)):
        part, at = random.choice((late, early, *((part, None) for part in DayPart)))
        found.add(
            option(
                random.randint(0, 10),
                part,
                who=random.randrange(3),
                where=random.randrange(2),
                load=random.randrange(2),
                at=at,
            )
        )
    return random.sample(sorted(found), len(found)), wanted


@pytest.mark.parametrize("seed", range(300))
def test_nobody_who_tries_everything_finds_better(seed: int) -> None:
    options, wanted = random_case(Random(seed))
    assert choose_series(options, wanted) == oracle(options, wanted)


@pytest.mark.parametrize("seed", range(100))
def test_an_alternative_fits_where_the_visit_was(seed: int) -> None:
    options, wanted = random_case(Random(seed))
    chosen = choose_series(options, wanted)
    for place, own in enumerate(chosen):
        others = instead_of(place, chosen, options, wanted)
        possible = [one for one in options if one != own and fits([*chosen[:place], one, *chosen[place + 1 :]], wanted)]
        same_start = {one for one in possible if one[:4] == own[:4]}
        assert set(others) == {*possible} - same_start
        assert others == sorted(others, key=lambda one: (wanted.misses(one), abs(one.start - own.start), one))


def test_the_cases_are_worth_trying() -> None:
    lengths = [(len(choose_series(*case)), case[1].count) for case in map(random_case, map(Random, range(300)))]
    assert sum(found == wanted for found, wanted in lengths) > 60
    assert sum(0 < found < wanted for found, wanted in lengths) > 60


def test_the_shortest_gaps_are_taken() -> None:
    assert [one.day - MONDAY.toordinal() for one in choose_series(map(option, range(60)), wish())] == [0, 7, 14]


def test_a_day_that_suits_is_worth_a_wait_within_the_gap() -> None:
    chosen = choose_series(map(option, range(60)), wish(weekdays=frozenset({4})))
    assert [one.day - MONDAY.toordinal() for one in chosen] == [3, 10, 17]
    only = wish(weekdays=frozenset({4}), only_preferred=True)
    thursdays = [option(day) for day in range(60) if day != 10]
    assert [one.day - MONDAY.toordinal() for one in choose_series(thursdays, only)] == [3, 17, 24]


def test_who_has_given_a_visit_gives_the_next_if_they_can() -> None:
    options = [option(0, who=0), option(0, who=1), option(7, who=0), option(8, who=1), option(15, who=1)]
    assert {one.practitioner_id for one in choose_series(options, wish())} == {PEOPLE[1]}


def test_among_equals_whoever_has_fewer_visits_that_day() -> None:
    options = [option(day, who=who, load=who == 0) for day in (0, 7, 14) for who in (0, 1)]
    assert {one.practitioner_id for one in choose_series(options, wish())} == {PEOPLE[1]}


def test_as_many_as_there_are() -> None:
    assert len(choose_series([option(0), option(7), option(30)], wish())) == 2
    assert choose_series([option(40)], wish()) == []
    assert choose_series([], wish()) == []


def test_twenty_visits_out_of_a_year_are_quickly_found() -> None:
    """Growth, not seconds: each date is looked at once per visit and gap, whoever is free."""
    options = [
        option(day, part, who=who, where=where)
        for day in range(366)
        for part in DayPart
        for who in range(3)
        for where in range(2)
    ]
    chosen = choose_series(options, wish(20, (7, 14)))
    assert [one.day for one in chosen] == [MONDAY.toordinal() + 7 * number for number in range(20)]
    assert timedelta(days=chosen[-1].day - chosen[0].day) == timedelta(days=133)
