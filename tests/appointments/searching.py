"""Asking listSlots, and reading what it answers."""

from datetime import datetime
from typing import Any

from tests.api_client import ApiClient


def slots(client: ApiClient, **query: Any) -> Any:
    """The answer; parameters that are None are not sent."""
    return client.get("/v1/slots", {name: value for name, value in query.items() if value is not None})


def days_of(client: ApiClient, **query: Any) -> list[Any]:
    """The days of a 200."""
    answer = slots(client, **query)
    assert answer.status_code == 200, answer.json()
    days: list[Any] = answer.json()["results"]
    return days


def starts_of(days: list[Any]) -> dict[datetime, set[str]]:
    """The starts of all days together, each with the practitioners who are named for it."""
    return {
        datetime.fromisoformat(slot["starts_at"]): set(slot["practitioner_ids"])
        for day in days
        for slot in day["slots"]
    }
