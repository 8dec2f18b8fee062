"""How PostgreSQL reads occupied time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

from bench.floor import Statements

INDEX = "appointment_busy_practitioner"


def of_the_busy_query(admin: psycopg.Connection, search: Statements) -> dict[str, Any]:
    """The node that reads the visits of the practitioners, and how many of its rows it had to fetch from the table."""
    [(sql, params)] = search
    with psycopg.ClientCursor(admin) as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}".encode(), params)
        [[[plan]]] = cursor.fetchall()
    for node in _nodes(plan["Plan"]):
        if node.get("Index Name") == INDEX:
            rows = max(round(node["Actual Rows"] * node["Actual Loops"]), 1)
            return {
                "node": node["Node Type"],
                "heap_fetches_percent": round(100 * node.get("Heap Fetches", rows) / rows),
            }
    return {"node": "not by its index", "heap_fetches_percent": 100}


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
