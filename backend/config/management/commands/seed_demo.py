"""`manage.py seed_demo`: the demo's chain, for a developer's machine only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.config.demo import cast
from backend.config.demo.seed import is_empty, seed

ALLOWED = ("development", "test")


class Command(BaseCommand):
    """Seeds an empty database with the demo's chain, whose password is public; refuses to run in production."""

    help = "Fill an empty database with the demo's clinics, people and twelve weeks of visits."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Two switches."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")
        parser.add_argument("--list", action="store_true", help="only print who can sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError in production, and on a database that holds a chain already."""
        if getattr(settings, "ENVIRONMENT", "") not in ALLOWED:
            raise CommandError("The demo's password is public: it is never seeded in production.")
        if options["list"]:
            self.stdout.write(cast.who_can_sign_in())
        elif is_empty():
            self.stdout.write(f"Seeded the demo with {seed()} visits.")
        elif not options["if_empty"]:
            raise CommandError("This database holds a chain already; the demo needs an empty one.")
