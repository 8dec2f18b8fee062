"""Every place where something of a patient could come to lie, or to be read by others, searched for a mark (D11)."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core import mail
from django.db import connection

from backend.audit.models import AuditEntry
from backend.common.models import IdempotencyReceipt
from backend.config.logging import formatter
from backend.events.models import DomainEvent
from tests.jobs import run_jobs
from tests.privacy.marking import MARK

# The tables of patients, visits, care and merges are where it belongs; nowhere else, whatever tables there will be.
HOMES = ("patients_", "appointments_", "care_", "privacy_patientmerge")
_OF_TABLE = "SELECT '{0}' FROM {0} t WHERE t::text ILIKE %(mark)s"


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What production would write to its log meanwhile, of every level."""
    lines, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(lines), root.level
    handler.setFormatter(formatter(as_json=True))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def leaks(answer: Any, lines: io.StringIO) -> set[str]:
    """Where the mark is and does not belong, before and after the jobs that were left behind are done."""
    arguments: list[str] = []
    found = _tables()
    run_jobs(arguments)
    texts = {
        "job arguments": " ".join(arguments),
        "mails": str([vars(one) for one in mail.outbox]),
        "facts of the audit": str([*AuditEntry.objects.values_list("action", "before", "after")]),
        "receipts": " ".join(bytes(one.body or b"").decode() for one in IdempotencyReceipt.objects.all()),
        "headers and links": str(dict(answer.headers)),
        "log": lines.getvalue(),
    }
    return found | _tables() | {name for name, text in texts.items() if MARK.lower() in text.lower()}


def names_told(names: set[str]) -> set[str]:
    """Which of these names of facts are among what events, jobs and the audit say."""
    # Why sessions were ended is no fact about somebody's health, though it has the name of one.
    entries = AuditEntry.objects.exclude(action="account.sessions_ended")
    told: list[Any] = [*entries.values_list("before", "after"), *DomainEvent.objects.values_list("payload")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs")
        told += cursor.fetchall()
    text = json.dumps(told, default=str).replace("\\", "")
    return {name for name in names if f'"{name}":' in text}


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        known = [one for one in connection.introspection.table_names(cursor) if not one.startswith(HOMES)]
        cursor.execute(" UNION ".join(_OF_TABLE.format(table) for table in known), {"mark": f"%{MARK}%"})
        return {table for (table,) in cursor.fetchall()}
