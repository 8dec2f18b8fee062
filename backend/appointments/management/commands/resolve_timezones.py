"""Recomputes the instants of visits after an update of zone data."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.appointments.actions.resolve_timezones import Left, resolve_timezones
from backend.appointments.rules.timelaw import Retiming


class Command(BaseCommand):
    """To be run with the new data, before the API serves with it; may be run again at any time."""

    help = "Put visits to come where the wall clock promised them, after an update of zone data."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--verbosity 2` names every visit that moves."""
        parser.add_argument("--dry-run", action="store_true", help="print the same report and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when visits were being changed at that moment, so that it should be run again."""
        found = resolve_timezones(dry_run=options["dry_run"])
        lines = [*_each(found.moved)] if options["verbosity"] > 1 else []
        lines += [*_summary(found.moved), *map(_left, found.left)]
        lines += [f"{found.released} holds released: the times they held are no longer those that were shown."]
        lines += [f"{len(found.moved)} visits moved, {len(found.left)} left."]
        for line in lines:
            self.stdout.write(line)
        if found.missed:
            raise CommandError(f"{len(found.missed)} visits were being changed at that moment. Run it again.")
        if options["dry_run"]:
            self.stdout.write("This was a dry run. Nothing was changed.")


def _each(moved: Iterable[Retiming]) -> Iterable[str]:
    for one in moved:
        promise = f"{one.row.local_start} {one.row.timezone}"
        yield f"{one.row.id}  {promise}  {one.row.starts_at.isoformat()} -> {one.starts_at.isoformat()}"


def _summary(moved: Iterable[Retiming]) -> Iterable[str]:
    by_shift: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for one in moved:
        by_shift[one.row.timezone, int(one.by.total_seconds()) // 60].append(one.row.local_start)
    for (zone, minutes), starts in sorted(by_shift.items()):
        dates = f"{min(starts)[:10]} to {max(starts)[:10]}"
        yield f"{zone}: {len(starts)} visits by {minutes:+} minutes, {dates}"


def _left(one: Left) -> str:
    taken = f"overlaps {', '.join(map(str, sorted(one.in_the_way)))}"
    why = taken if one.in_the_way else "the clock never reads that"
    return f"LEFT {one.row.id}  {one.row.local_start} {one.row.timezone}: {why}"
