"""Says whether staff must sign in with a second factor."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backend.clinics.actions.require_second_factor import require_second_factor


class Command(BaseCommand):
    """Who has none enrols one with the next sign-in."""

    help = "Want a second factor of everybody whose role sees patients' data (on), or no longer (off)."

    def add_arguments(self, parser: CommandParser) -> None:
        """On or off."""
        parser.add_argument("state", choices=["on", "off"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Sessions of such people that began by a password alone end at once."""
        people = require_second_factor(is_required=options["state"] == "on")
        self.stdout.write(f"{options['state']}; {people} people need a session with a second factor.")
