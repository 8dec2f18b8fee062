"""Lists the jobs that failed for good; queues one again, or gives it up."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.jobs import Status


class Command(BaseCommand):
    """Why a job failed stands in the log, at the line that names it `NAME[ID]`."""

    help = "List the jobs that failed for good, oldest first; --replay or --discard one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Either one, or neither."""
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--replay", type=int, metavar="ID", help="queue this job again, for one more attempt")
        choice.add_argument("--discard", type=int, metavar="ID", help="forget this job; what it should do stays undone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for an id that is not on the list."""
        chosen = options["replay"] or options["discard"]
        failed = {found.id: found for found in app.job_manager.list_jobs(status=Status.FAILED.value)}
        if chosen is None:
            for found in failed.values():
                self.stdout.write(f"{found.id}  {found.task_name}  {found.attempts} attempts  {found.task_kwargs}")
            self.stdout.write(f"{len(failed)} failed jobs.")
            return
        if chosen not in failed:
            raise CommandError(f"No failed job has the id {chosen}.")
        if options["replay"]:
            app.job_manager.retry_job_by_id(chosen, retry_at=datetime.now(UTC))
            return
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'failed'", [chosen])
