"""What the import commands share: reading the file, telling how far it is, printing the report."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from backend.common.db import as_domain_error
from backend.common.errors import DomainError
from backend.common.imports.report import Report
from backend.common.imports.rows import BATCH_LINES

Progress = Callable[[int, int], None]


class ImportCommand(BaseCommand):
    """Reads FILE, lets `bring_in` do the work, and prints its report; ends with 1 when the file has faults."""

    def add_arguments(self, parser: CommandParser) -> None:
        """A file and a switch."""
        parser.add_argument("file", type=Path, help="a CSV file, UTF-8, whose first line names the columns")
        parser.add_argument("--dry-run", action="store_true", help="print the same report and change nothing")

    def bring_in(self, raw: bytes, *, dry_run: bool, progress: Progress, **options: Any) -> Report:
        """Import the file's bytes, in one transaction that a dry run takes back."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Raises CommandError for a file that cannot be read or has faults, and when the database is busy."""
        report = self._bring_in(options.pop("file"), options)
        for text in report.texts():
            self.stdout.write(text)
        if report.faults:
            raise CommandError(f"{report.bad_lines} lines have faults. Nothing was changed.")
        if options["dry_run"]:
            self.stdout.write("This was a dry run. Nothing was changed.")

    def _bring_in(self, path: Path, options: dict[str, Any]) -> Report:
        try:
            return self.bring_in(path.read_bytes(), progress=self._tell, **options)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(error.detail) from error
        except (Error, psycopg.Error) as error:
            known = as_domain_error(error)
            if known is None:
                raise
            raise CommandError(f"The database refused: {known.detail} Nothing was changed.") from error

    def _tell(self, done: int, total: int) -> None:
        if total > BATCH_LINES:
            self.stderr.write(f"{done} of {total} lines", ending="\n")
