"""`make bench`: a chain in a database of its own, then everything measured side by side in one run."""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from launch.place import STATE

# A tenth of everything: a look before a change is finished, not a figure to keep.
QUICK = {"clinics": 20, "practitioners": 200, "visits": 100_000, "rounds": 3, "slots": 20, "searches": 1_000}


def main(words: list[str]) -> int:
    """Measure, print one table, write the figures as JSON."""
    asked = _arguments(words)
    from bench import place, table

    os.environ.update(place.ENVIRONMENT)
    with place.database() as (owner_url, app_url):
        os.environ.update(DATABASE_URL=owner_url, DB_POOL_SIZE="0")
        import django

        django.setup()
        if asked.contended:
            return _fight(asked, owner_url, app_url)
        if asked.identity:
            return _break_in(asked, owner_url, app_url)
        figures = _measure(asked, owner_url, app_url)
    figures["asked"] = vars(asked) | {"json": str(asked.json)}
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(figures, indent=2) + "\n")
    print(table.text(figures["rows"]))
    print(f"\nAll figures: {asked.json}")
    return 0


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--clinics", type=int, default=200)
    parser.add_argument("--practitioners", type=int, default=2_000)
    parser.add_argument(
        "--visits", type=int, default=2_000_000, help="in all, most of them past; 20000000 takes an hour"
    )
    parser.add_argument("--rounds", type=int, default=7, help="each measures everything once, in turn")
    parser.add_argument("--slots", type=int, default=300, help="how many starts 64 clients race for")
    parser.add_argument("--searches", type=int, default=10_000, help="how many until memory is looked at")
    parser.add_argument("--json", type=Path, default=STATE / "bench.json")
    parser.add_argument(
        "--contended",
        type=int,
        default=0,
        metavar="ATTEMPTS",
        help="only so many attempts at the same few times; adds to .evergreen/contended.json",
    )
    parser.add_argument(
        "--identity",
        type=int,
        default=0,
        metavar="ROUNDS",
        help="only sign-in: refresh races, ended sessions, what the time to answer tells",
    )
    parser.add_argument("--connections", type=int, default=32, help="of those who make them, besides eight over HTTP")
    asked = parser.parse_args(words)
    if asked.quick:
        vars(asked).update(QUICK)
    return asked


def _fight(asked: argparse.Namespace, owner_url: str, app_url: str) -> int:
    from bench import contended

    _prepare()
    path = STATE / "contended.json"
    summed = contended.run(owner_url, app_url, attempts=asked.contended, connections=asked.connections, path=path)
    print(json.dumps(summed, indent=2), f"\nAll figures: {path}")
    return 0


def _break_in(asked: argparse.Namespace, owner_url: str, app_url: str) -> int:
    from bench import identity

    _prepare()
    path = STATE / "identity.json"
    path.write_text(json.dumps(identity.run(owner_url, app_url, rounds=asked.identity), indent=2) + "\n")
    print(path.read_text(), f"\nAll figures: {path}")
    return 0


def _prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("grant_app_role", verbosity=0)


def _measure(asked: argparse.Namespace, owner_url: str, app_url: str) -> dict[str, Any]:
    import psycopg

    from bench import rounds, seed

    _prepare()
    with psycopg.connect(owner_url, autocommit=True) as admin:
        began = datetime.now(UTC)
        chain = seed.seed_places(asked.clinics, asked.practitioners)
        visits = seed.seed_visits(admin, chain, 1, seed.DAYS_AHEAD, people=slice(seed.FEW))
        print(f"Seeded {visits:,} visits to come in {_since(began)}.", flush=True)
        with rounds.Bench(admin, chain, app_url) as bench:
            bench.measure_size(visits)
            began = datetime.now(UTC)
            visits += seed.seed_visits(admin, chain, 1, seed.DAYS_AHEAD, people=slice(seed.FEW, None))
            workdays = seed.workdays_for(max(asked.visits - visits, 0), asked.practitioners)
            if workdays:
                visits += seed.seed_visits(admin, chain, -workdays * 7 // 5, 0)
            print(f"Seeded {visits:,} visits in all, in {_since(began)}.", flush=True)
            bench.measure_size(visits)
            return bench.run(asked.rounds, asked.slots, asked.searches)


def _since(began: datetime) -> timedelta:
    return timedelta(seconds=round((datetime.now(UTC) - began).total_seconds()))
