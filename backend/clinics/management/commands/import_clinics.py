"""`manage.py import_clinics FILE.csv`: clinics with rooms, hours and services, see docs/guides/import.md."""

from typing import Any

from backend.clinics.actions.import_clinics import import_clinics
from backend.common.imports.command import ImportCommand, Progress
from backend.common.imports.report import Report


class Command(ImportCommand):
    """Brings in clinics; the same file again changes nothing."""

    help = "Open and change clinics from a CSV file, all or nothing."

    def bring_in(self, raw: bytes, *, dry_run: bool, progress: Progress, **options: Any) -> Report:
        """All of it, in one transaction."""
        return import_clinics(raw=raw, dry_run=dry_run, progress=progress)
