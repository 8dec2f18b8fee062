"""Shows what is planned to go, and holds it for a court or a complaint."""

import uuid
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.privacy.actions.hold_records import hold_records
from backend.privacy.models import Destruction

_MOST = 500


class Command(BaseCommand):
    """Ids and dates, no names. `--hold ID --until DATE --reason TEXT` holds; `--release ID` lets go."""

    help = "Show which records of closed accounts go when; hold them, or release them."

    def add_arguments(self, parser: CommandParser) -> None:
        """ID is an account's or a patient's."""
        parser.add_argument("--hold", metavar="ID", type=uuid.UUID)
        parser.add_argument("--until", metavar="DATE", type=date.fromisoformat)
        parser.add_argument("--reason", default="")
        parser.add_argument("--release", metavar="ID", type=uuid.UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        """The soonest first."""
        if options["hold"] and not (options["until"] and options["reason"]):
            raise CommandError("A hold needs --until and --reason.")
        if whose := options["hold"] or options["release"]:
            until = options["until"] if options["hold"] else None
            count = hold_records(whose=whose, until=until, reason=options["reason"])
            if not count:
                raise CommandError("Nothing is planned for this id.")
        for one in Destruction.objects.filter(done_at=None).order_by("due_date", "user_id")[:_MOST]:
            held = f", held until {one.held_until}" if one.held_until else ""
            self.stdout.write(f"{one.due_date}  {one.record_class:<12} account {one.user_id}{held}  ({one.rule})")
