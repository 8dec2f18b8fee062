"""Removes receipts of keyed requests whose day is over; to be run now and then, such as hourly."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from backend.common.http.idempotency import KEPT_HOURS

_BATCH = 10_000
_PRUNE = """
    DELETE FROM common_idempotencyreceipt WHERE id IN (
        SELECT id FROM common_idempotencyreceipt
        WHERE created_at <= now() - make_interval(hours => %s) ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


class Command(BaseCommand):
    """Deletes in batches, each its own transaction, so that it never holds many rows at once."""

    help = "Delete idempotency receipts older than 24 hours; requests count them as absent already."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends when a batch is not full."""
        total, deleted = 0, _BATCH
        with connection.cursor() as cursor:
            while deleted == _BATCH:
                cursor.execute(_PRUNE, [KEPT_HOURS, _BATCH])
                deleted = cursor.rowcount
                total += deleted
        self.stdout.write(f"Deleted {total} receipts.")
