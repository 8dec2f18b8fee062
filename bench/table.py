"""The one table: what, how much CPU, the figure, against what, and the target that we hold ourselves to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bench.cpu import Cost

Costs = Mapping[str, Sequence[Cost]]
HEAD = ["what", "CPU (application + database)", "figure", "against", "target"]


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of the rounds."""
    return Cost(median(cost.application for cost in costs), median(cost.database for cost in costs))


def rows(costs: Costs, figures: Mapping[str, Any], days: int) -> list[list[str]]:
    """All rows, the head first."""
    booked = [*_answers(figures["answer"]), *_booking(costs)]
    raced = _races(figures["race"], figures["check_then_insert"])
    return [HEAD, *_searching(costs, days), *_memory(figures["memory"]), *booked, *_growth(figures["sizes"]), *raced]


def text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a table in plain text."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]

    def line(cells: Iterable[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

    return "\n".join(["", line(rows[0]), line("-" * width for width in widths), *map(line, rows[1:])])


def _cost(costs: Costs, name: str) -> str:
    at = middle(costs[name])
    return f"{at.total:.2f} ms ({at.application:.2f} + {at.database:.2f})"


def _ratio(costs: Costs, one: str, other: str) -> str:
    """The median of the ratios of each round: what disturbs a round disturbs both alike."""
    return f"{median(a.total / b.total for a, b in zip(costs[one], costs[other], strict=True)):.2f} x"


def _searching(costs: Costs, days: int) -> Iterator[list[str]]:
    whole, day, person = (middle(costs[name]).total for name in ("search", "search 1 day", "search 1 practitioner"))
    by_day, by_person = (whole - day) / 20 / (days - 1) * 1000, (whole - person) / 19 / days * 1000
    sql = "search SQL"
    yield [f"search SQL, 20 practitioners x {days} days", _cost(costs, sql), "", "", ""]
    yield [
        "search over HTTP, anything changed",
        _cost(costs, "search"),
        _ratio(costs, "search", sql),
        "its SQL",
        "<= 3 x (S1)",
    ]
    yield ["the same by day", _cost(costs, "search by day"), _ratio(costs, "search by day", sql), "its SQL", ""]
    yield ["a loop over practitioners", _cost(costs, "naive search"), _ratio(costs, "naive search", sql), "the SQL", ""]
    yield ["search again", _cost(costs, "search again"), _ratio(costs, "search again", sql), "its SQL", "<= 0.4 x (S2)"]
    unchanged = _ratio(costs, "search unchanged", sql)
    yield ["search unchanged: 304", _cost(costs, "search unchanged"), unchanged, "its SQL", ""]
    again = _ratio(costs, "search again", "no-op")
    yield ["GET of nothing, signed in", _cost(costs, "no-op"), again, "search again / this", "<= 3 x (S2)"]
    yield ["one practitioner-day more, by days", "", f"{by_day:.0f} us", "", "<= 20 us (S5)"]
    yield ["one practitioner-day more, by practitioners", "", f"{by_person:.0f} us", "", "<= 20 us (S5)"]


def _memory(memory: Mapping[str, Any]) -> Iterator[list[str]]:
    what = f"memory of two workers after {memory['searches']:,} searches"
    yield [what, "", f"{memory['after_mb']} MB", f"{memory['before_mb']} MB before", "<= 400 MB (M1)"]


def _answers(answer: Mapping[str, Any]) -> Iterator[list[str]]:
    size = str(answer["bytes_a_start_and_practitioner"])
    yield ["bytes a start and practitioner", "", size, "", "<= 100 (S6)"]
    yield ["bytes a day and clinic, by day", "", str(answer["bytes_a_day"]), "", "<= 100 (S6)"]


def _booking(costs: Costs) -> Iterator[list[str]]:
    sql = "booking SQL"
    yield ["booking SQL, from the door on", _cost(costs, sql), "", "", ""]
    yield ["booking over HTTP", _cost(costs, "booking"), _ratio(costs, "booking", sql), "its SQL", "<= 8 x (B1)"]
    lost = _ratio(costs, "booking lost", "booking")
    yield ["a taken start: 409 with alternatives", _cost(costs, "booking lost"), lost, "a booking", ""]


def _growth(sizes: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    small, large = sizes[0], sizes[-1]
    table = f"{small['visits']:,} -> {large['visits']:,} visits"
    for what, target in (("search", "<= 1.1 x (G1)"), ("booking", "<= 1.2 x (G1)")):
        growth = large[f"{what}_database_ms"] / small[f"{what}_database_ms"]
        yield [f"{what}, {table}", "", f"{growth:.2f} x", "database", target]
    plan = large["plan"]
    yield ["busy query", "", plan["node"], f"{plan['heap_fetches_percent']} % fetched", "<= 5 % (G2)"]


def _races(race: Mapping[str, Any], naive: Mapping[str, Any]) -> Iterator[list[str]]:
    won = f"{race['starts_with_one_winner']} of {race['starts']} starts"
    ill = f"{race['double_booked']} double, {race['deadlocks']} deadlocks"
    yield [f"race of {race['clients']}, one winner", "", won, ill, "all, 0, 0 (B3)"]
    yield ["race, time to answer", "", f"p99 {race['p99_ms']} ms", f"p50 {race['p50_ms']} ms", "p99 < 500 ms (B3)"]
    double = f"{naive['double_booked_starts']} of {naive['starts']} starts"
    yield ["check, then insert", "", double, "double-booked", "the control"]
