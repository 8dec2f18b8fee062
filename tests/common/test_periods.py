"""Periods against plain sets of minutes."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.common.periods import Periods, Run

# Every run lies in here, so a set of these minutes says all there is to say about a Periods.
WINDOW = range(-60, 160)
LOWEST, HIGHEST = Periods.EVER.bounds

minutes = st.integers(WINDOW.start + 20, WINDOW.stop - 20)
runs = st.lists(
    st.tuples(minutes, st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=14,
)
extents = st.tuples(st.integers(0, 6), st.integers(1, 9))


def minutes_of(some: list[Run]) -> set[int]:
    return {minute for begin, until in some for minute in range(begin, until)}


def seen(periods: Periods) -> set[int]:
    """The minutes of the window in the set, read from its runs; checks that they are canonical."""
    assert list(periods.bounds) == sorted(set(periods.bounds))
    assert len(periods.bounds) % 2 == 0
    first, end = WINDOW.start, WINDOW.stop
    return {m for begin, until in periods for m in range(max(begin, first), min(until, end))}


@given(runs)
def test_runs_in_any_order_make_the_set_of_their_minutes(some: list[Run]) -> None:
    made = Periods.of(some)
    assert seen(made) == minutes_of(some)
    assert Periods.sorted_of(made.runs) == made
    assert bool(made) == bool(minutes_of(some))


@given(runs)
def test_packed_runs_may_touch_and_overlap(some: list[Run]) -> None:
    ordered = sorted(run for run in some if run[0] < run[1])
    begins, ends = [begin for begin, _ in ordered], [until for _, until in ordered]
    assert Periods.packed(begins, ends) == Periods.of(some)


@given(runs)
def test_equal_sets_are_equal_values(some: list[Run]) -> None:
    one_by_one = Periods.of((minute, minute + 1) for minute in minutes_of(some))
    assert one_by_one == Periods.of(some)
    assert hash(one_by_one) == hash(Periods.of(some))
    assert deepcopy(one_by_one) == one_by_one


@given(runs, runs)
def test_algebra(some: list[Run], others: list[Run]) -> None:
    a, b = Periods.of(some), Periods.of(others)
    assert seen(a | b) == minutes_of(some) | minutes_of(others)
    assert seen(a & b) == minutes_of(some) & minutes_of(others)
    assert seen(a - b) == minutes_of(some) - minutes_of(others)
    assert seen(~a) == set(WINDOW) - minutes_of(some)
    assert ~~a == a
    assert a | ~a == Periods.EVER
    assert a & ~a == Periods.NONE


@given(st.lists(runs, max_size=5))
def test_union_of_many(many: list[list[Run]]) -> None:
    united = Periods.union_all(Periods.of(some) for some in many)
    assert seen(united) == minutes_of([run for some in many for run in some])


@given(runs, minutes, minutes)
def test_questions_about_minutes(some: list[Run], minute: int, other: int) -> None:
    made, expected = Periods.of(some), minutes_of(some)
    assert (minute in made) == (minute in expected)
    assert made.next_at_or_after(minute) == min((m for m in expected if m >= minute), default=None)
    assert seen(made.within(minute, other)) == {m for m in expected if minute <= m < other}


@given(runs, extents)
def test_eroded_starts_occupy_only_minutes_of_the_set(some: list[Run], extent: tuple[int, int]) -> None:
    before, after = extent
    assert seen(Periods.of(some).eroded(before, after)) == {
        start for start in WINDOW if all(m in minutes_of(some) for m in range(start - before, start + after))
    }


@given(runs, extents)
def test_clear_starts_occupy_no_minute_of_the_set(some: list[Run], extent: tuple[int, int]) -> None:
    before, after = extent
    assert seen(Periods.of(some).starts_clear_of(before, after)) == {
        start for start in WINDOW if not any(m in minutes_of(some) for m in range(start - before, start + after))
    }


@given(runs, st.lists(minutes, unique=True).map(sorted))
def test_starts_on_a_grid(some: list[Run], grid: list[int]) -> None:
    assert Periods.of(some).starts_on(grid) == [m for m in grid if m in minutes_of(some)]


def test_the_ends_of_ever_are_open() -> None:
    assert Periods.NONE.starts_clear_of(15, 60) == Periods.EVER
    assert (~Periods.of([(100, 200)])).eroded(10, 30).runs == ((LOWEST, 71), (210, HIGHEST))
    assert LOWEST in Periods.EVER
    assert HIGHEST not in Periods.EVER


def test_a_visit_may_fill_a_run_exactly() -> None:
    assert Periods.of([(540, 600)]).eroded(15, 45).runs == ((555, 556),)
    assert Periods.of([(540, 600)]).eroded(15, 46) == Periods.NONE


@pytest.mark.parametrize("run", [(5, 4), (LOWEST - 1, 0), (0, HIGHEST + 1)])
def test_a_run_that_cannot_be_is_refused(run: Run) -> None:
    with pytest.raises(ValueError, match=r"must not end|not epoch minutes"):
        Periods.of([run])


@pytest.mark.parametrize(("before", "after"), [(-1, 30), (0, 0)])
def test_a_visit_that_does_not_occupy_its_start_is_refused(before: int, after: int) -> None:
    with pytest.raises(ValueError, match="occupy"):
        Periods.of([(0, 60)]).eroded(before, after)
    with pytest.raises(ValueError, match="occupy"):
        Periods.of([(0, 60)]).starts_clear_of(before, after)


def test_a_set_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Periods.NONE.bounds = (0, 1)  # type: ignore[misc]
