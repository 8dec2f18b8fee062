"""`manage.py import_practitioners FILE.csv`: people who give care, see docs/guides/import.md."""

from typing import Any

from django.core.management.base import CommandParser

from backend.common.imports.command import ImportCommand, Progress
from backend.common.imports.report import Report
from backend.practitioners.actions.import_practitioners import import_practitioners


class Command(ImportCommand):
    """Brings in practitioners; the same file again changes nothing."""

    help = "Enter and change practitioners from a CSV file, all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Also who has seen the proofs."""
        super().add_arguments(parser)
        parser.add_argument("--verified-by", metavar="EMAIL", help="the manager or owner who has checked every proof")

    def bring_in(self, raw: bytes, *, dry_run: bool, progress: Progress, **options: Any) -> Report:
        """All of it, in one transaction."""
        verifier = options["verified_by"]
        return import_practitioners(raw=raw, dry_run=dry_run, progress=progress, verified_by=verifier)
