"""`manage.py import_patients FILE.csv`: people under care from another system, see docs/guides/import.md."""

from typing import Any

from backend.common.imports.command import ImportCommand, Progress
from backend.common.imports.report import Report
from backend.patients.actions.import_patients import import_patients


class Command(ImportCommand):
    """Brings in patients; the same file again changes nothing."""

    help = "Enter and change patients from a CSV file, all or nothing."

    def bring_in(self, raw: bytes, *, dry_run: bool, progress: Progress, **options: Any) -> Report:
        """All of it, in one transaction."""
        return import_patients(raw=raw, dry_run=dry_run, progress=progress)
