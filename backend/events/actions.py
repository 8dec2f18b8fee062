"""Publishing what happened."""

import dataclasses
import json
from collections.abc import Iterable

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from backend.common.jobs import enqueue_all
from backend.events.event import Event
from backend.events.models import DomainEvent
from backend.events.subscriptions import deliveries

# By hand, so that nothing is read back: the position is for readers of the feed.
_INSERT = """
    INSERT INTO events_domainevent (id, type, clinic_id, subject_id, payload)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::text[]::jsonb[])
"""


def publish(event: Event) -> None:
    """Write an event to the log, and the jobs of those who subscribed to it, in the transaction of the change it tells
    of; outside one it refuses.
    """
    publish_all([event])


def publish_all(events: Iterable[Event]) -> None:
    """Write many events in their order, in one statement, their jobs in another; else as `publish`."""
    if not connection.in_atomic_block:
        raise RuntimeError("publish() needs the transaction of the change")
    rows = [_row(event) for event in events]
    columns = [[getattr(row, name) for row in rows] for name in ("id", "type", "clinic_id", "subject_id")]
    payloads = [json.dumps(row.payload) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*columns, payloads])
    enqueue_all(deliveries(rows))


def _row(event: Event) -> DomainEvent:
    facts = dataclasses.asdict(event)
    subject_id, clinic_id = facts.pop("subject_id"), facts.pop("clinic_id")
    return DomainEvent(
        type=event.type,
        subject_id=subject_id,
        clinic_id=clinic_id,
        payload=json.loads(json.dumps(facts, cls=DjangoJSONEncoder)),
    )
