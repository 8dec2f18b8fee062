"""Runs the worker: does the jobs that the API leaves behind, and the recurring ones."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from backend.common.worker import Pace, pace, work


class Command(BaseCommand):
    """Runs until SIGTERM. Any number may run at once, on any host."""

    help = "Do jobs until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--check` is for whoever watches."""
        parser.add_argument("--check", action="store_true", help="fail unless a worker keeps up with the jobs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for a check that fails."""
        if not options["check"]:
            work()
            return
        with connection.cursor() as cursor:
            found = pace(lambda statement, values: (cursor.execute(statement, values), cursor)[1])
        if found is not Pace.ON_TIME:
            raise CommandError(f"Jobs: {found}.")
