"""Holds the audit log against its seals: what was changed or removed since it was sealed is named."""

import re
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.audit.verifying import Head, faults, head, tail

_MOST = 100


class Command(BaseCommand):
    """Exit status 0: whole. 1: something was changed, removed or slipped in, and the lines say what."""

    help = "Verify the audit log against its chain of seals."

    def add_arguments(self, parser: CommandParser) -> None:
        """The end of a chain has nothing after it, so what proves it must be kept elsewhere."""
        parser.add_argument(
            "--known", metavar="NUMBER:HASH", help="a seal noted earlier, from this command or the worker's log"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when the log is not what was sealed."""
        found = list(islice(faults(_known(options["known"])), _MOST))
        for fault in found:
            self.stdout.write(fault)
        last, waiting = head(), tail()
        since = f", the oldest of {waiting.since.isoformat()}" if waiting.since else ""
        self.stdout.write(f"Last seal: {last.number}:{last.hash}")
        self.stdout.write(f"Not sealed yet: {waiting.count} entries{since}.")
        if found:
            raise CommandError(f"The audit log is not what was sealed: {len(found)} faults.")


def _known(text: str | None) -> Head | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text, re.ASCII)
    if match is None:
        raise CommandError("--known is NUMBER:HASH, as in the line that this command ends with.")
    return Head(int(match[1]), match[2])
