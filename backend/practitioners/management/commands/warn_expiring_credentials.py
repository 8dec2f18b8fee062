"""Warns of credentials that come to their end; to be run once a day, until a queue of jobs does."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.practitioners.actions.warn_expiring import warn_expiring


class Command(BaseCommand):
    """Each of 60, 30 and 7 days is warned of once, however often this runs."""

    help = "Publish credential.expiring.v1 for verified credentials that end in 60, 30 or 7 days."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many were due."""
        self.stdout.write(f"Warned of {warn_expiring()} credentials.")
