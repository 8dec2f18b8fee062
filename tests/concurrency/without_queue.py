"""Settings of a server that takes an entry of the wait list further whatever it is: nobody minds a twin."""

from collections.abc import Callable
from functools import partial
from time import sleep
from typing import Any

from django.apps import AppConfig

from backend.config.settings.development import *  # noqa: F403
from backend.config.settings.development import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.concurrency.without_queue.OpenQueue"]
PAUSE_SECONDS = 1.0


class OpenQueue(AppConfig):
    """Takes the guard away, and the locks that keep two offers to one patient apart, when the server starts."""

    name, label = "tests.concurrency", "open_queue"

    def ready(self) -> None:
        """Replace the guarded step, wherever it is known by name, and have every round pause once it has read."""
        from backend.appointments.actions import door  # noqa: PLC0415 - models are not there sooner
        from backend.appointments.actions.waitlist import _offer, offer_free_time  # noqa: PLC0415
        from tests.concurrency.without_locks import _any_key  # noqa: PLC0415

        door.lock_key = _any_key
        setattr(_offer, "advance_entry", _unguarded)  # noqa: B010 - it is no name of its own there
        read = getattr(offer_free_time, "waiting_at")  # noqa: B009 - nor is this
        setattr(offer_free_time, "waiting_at", partial(_and_pause, read))  # noqa: B010


def _and_pause(read: Callable[..., list[Any]], *args: Any) -> list[Any]:
    """What was read is old by the time it is used: the other rounds have read the same."""
    found = read(*args)
    if found:
        sleep(PAUSE_SECONDS)
    return found


def _unguarded(entry: Any, to: Any, *, at: Any, **_: Any) -> None:
    type(entry).objects.filter(pk=entry.pk).update(status=to, updated_at=at)
