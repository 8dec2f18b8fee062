"""Writes the published description of the API, or checks that the committed one is right."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from backend.common.http.openapi.document import as_yaml, describe_api


class Command(BaseCommand):
    """`write_spec` writes docs/openapi/v1.yaml; `write_spec --check` fails when that would change it."""

    help = "Write docs/openapi/v1.yaml from the code; --check fails on drift, warnings or an invalid description."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch and one path."""
        parser.add_argument("--check", action="store_true", help="compare only; exit 1 when the file is out of date")
        parser.add_argument("--file", type=Path, default=Path(settings.ROOT) / "docs" / "openapi" / "v1.yaml")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for warnings, an invalid description, or drift."""
        GENERATOR_STATS.reset()  # it counts for the whole process: what other descriptions were warned of is not ours
        document = describe_api()
        GENERATOR_STATS.emit_summary()
        if GENERATOR_STATS:
            raise CommandError("The description has warnings, see above.")
        validate_schema(document)
        text, path = as_yaml(document), options["file"]
        if not options["check"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
            self.stdout.write(f"Wrote {path}.")
        elif not path.exists() or path.read_bytes() != text:
            raise CommandError(f"{path} is not what the code says. Run: manage.py write_spec")
