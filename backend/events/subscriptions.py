"""Who wants to know of which events. Apps say so in their module `subscribers`, so nobody below knows of them."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from django.db import connection, transaction

from backend.common.jobs import Wanted, job
from backend.events.event import Event
from backend.events.models import DomainEvent

Reaction = Callable[[DomainEvent], None]

_jobs_of: defaultdict[str, list[str]] = defaultdict(list)

_RECEIVE = """
    INSERT INTO events_delivery (event_id, subscriber, at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING
"""


def on(*events: type[Event], name: str) -> Callable[[Reaction], Reaction]:
    """Have a function called for each of these events, by the job of that name (`app.verb_noun`).

    Once for each event, however often the job runs: what it writes and that it did are one transaction. Order is not
    kept. What reaches beyond the database, such as a mail, is left to a job that the function enqueues.
    """

    def subscribe(react: Reaction) -> Reaction:
        @job(name)
        def deliver(*, event_id: str) -> None:
            with transaction.atomic():
                event = DomainEvent.objects.filter(id=event_id).first()  # a sandbox that starts over has none
                if event is not None and _receive(event.id, name):
                    react(event)

        for event in events:
            _jobs_of[event.type].append(name)
        return react

    return subscribe


def deliveries(events: Iterable[DomainEvent]) -> Iterator[Wanted]:
    """The jobs by which those who subscribed learn of these events."""
    for event in events:
        for name in _jobs_of.get(event.type, ()):
            yield Wanted(name, {"event_id": str(event.id)})


def _receive(event_id: uuid.UUID, subscriber: str) -> bool:
    """Whether this is the first time. A twin that is still at it is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVE, [event_id, subscriber])
        return bool(cursor.rowcount)
