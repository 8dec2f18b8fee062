from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from backend.common.budgets import Charge, Standing, forget_ended, key_of, refuse_overdrawn, set_windows, spend
from backend.common.errors import RateLimited
from backend.common.tally import Tally
from backend.config.settings.budgets import Budget
from tests.valkey import Windows


@pytest.fixture(autouse=True)
def _two_a_minute(settings: Settings) -> None:
    settings.BUDGETS = {name: Budget(2, timedelta(minutes=1)) for name in ("knock", "ring")}


def pay(name: str, whose: str) -> None:
    refuse_overdrawn(spend([Charge(name, whose)]))


def test_a_budget_is_used_up_for_one_and_not_for_others(windows: Windows) -> None:
    pay("knock", "ann")
    pay("knock", "ann")
    with pytest.raises(RateLimited) as refused:
        pay("knock", "ann")
    assert refused.value.retry_after_seconds in range(58, 61)
    pay("knock", "bob")
    pay("ring", "ann")


@pytest.mark.django_db
def test_several_are_counted_in_one_statement(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        standings = spend([Charge("ring", "ann"), Charge("knock", "ann")])
    assert {(one.name, one.limit, one.window_seconds, one.left) for one in standings} == {
        ("knock", 2, 60, 1),
        ("ring", 2, 60, 1),
    }


def test_waiting_helps_even_who_went_on_trying(windows: Windows) -> None:
    for _ in range(2):
        pay("knock", "ann")
    windows.shorten(timedelta(seconds=30))
    for _ in range(3):
        with pytest.raises(RateLimited) as refused:
            pay("knock", "ann")
        assert refused.value.retry_after_seconds in range(25, 31)
    windows.shorten(timedelta(seconds=30))
    [anew] = spend([Charge("knock", "ann")])
    assert (anew.left, anew.seconds_left) == (1, 60)


def test_what_is_kept_does_not_tell_who(windows: Windows) -> None:
    pay("knock", "ann@people.test")
    [key] = windows.keys()
    assert key.startswith("knock:")
    assert "ann" not in key


def test_longest_wait_is_told() -> None:
    def standing(left: int, wait: int) -> Standing:
        return Standing("knock", 2, 60, max(left, 0), wait, is_overdrawn=left < 0)

    refuse_overdrawn([standing(0, 50), standing(1, 60)])
    with pytest.raises(RateLimited) as refused:
        refuse_overdrawn([standing(-1, 20), standing(-1, 30), standing(0, 50)])
    assert refused.value.retry_after_seconds == 30


def test_a_tally_counts_each_and_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    tally, ann, bob = Tally(), Charge("knock", "ann"), Charge("knock", "bob")
    assert [tally.spend(ann).left for _ in range(3)] == [1, 0, 0]
    assert tally.spend(bob).left == 1
    now[0] += 59.5
    assert (tally.spend(ann).is_overdrawn, tally.spend(ann).seconds_left) == (True, 1)
    now[0] += 0.5
    assert (tally.spend(ann).left, tally.spend(ann).seconds_left) == (1, 60)


def test_a_tally_stays_small() -> None:
    tally = Tally(size=3)
    for number in range(10):
        tally.spend(Charge("knock", str(number)))
    assert [tally.spend(Charge("knock", str(number))).left for number in (9, 0)] == [0, 1]


def test_an_open_window_makes_a_use_free(windows: Windows) -> None:
    welcome = key_of("welcome", "ann")
    set_windows({welcome: 60})
    assert [one.name for one in spend([Charge("knock", "ann", unless=welcome), Charge("ring", "ann")])] == ["ring"]
    set_windows({welcome: 0})
    assert [one.left for one in spend([Charge("knock", "ann", unless=welcome)])] == [1]


def test_a_window_that_is_opened_anew_counts_from_nothing(windows: Windows) -> None:
    knocks = Charge("knock", "ann")
    spend([knocks])
    set_windows({knocks.key: 30})
    [first], [second] = spend([knocks]), spend([knocks])
    assert [first.left, second.left] == [1, 0]
    assert second.seconds_left in range(25, 31)


def test_windows_that_ended_are_forgotten(windows: Windows) -> None:
    spend([Charge("knock", "ann"), Charge("knock", "bob")])
    set_windows({Charge("knock", "ann").key: 0})
    forget_ended()
    assert windows.keys() == [Charge("knock", "bob").key]


@pytest.mark.django_db
def test_counting_waits_for_no_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'common_budgetuse'")
        assert cursor.fetchone() == ("u",)
