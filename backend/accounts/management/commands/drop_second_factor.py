"""Helps somebody who lost both phone and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.accounts.actions.drop_second_factor import drop_second_factor
from backend.common.errors import NotFound


class Command(BaseCommand):
    """Only after you have made sure, by other means than mail, who asks."""

    help = "Take the second factor from the account of an address; its sessions end, and its owner is told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when there is none."""
        try:
            drop_second_factor(email=options["email"])
        except NotFound as error:
            raise CommandError("No account with this address has a second factor.") from error
        self.stdout.write("Taken away.")
