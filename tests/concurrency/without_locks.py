"""Settings of a server whose door is open: every caller locks keys of their own, so nobody waits for anybody."""

import secrets
from uuid import UUID

from django.apps import AppConfig

from backend.config.settings.development import *  # noqa: F403
from backend.config.settings.development import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.concurrency.without_locks.OpenDoor"]


class OpenDoor(AppConfig):
    """Takes the locks away when the server starts."""

    name, label = "tests.concurrency", "open_door"

    def ready(self) -> None:
        """Replace what turns a resource into the key of its lock."""
        from backend.appointments.actions import door  # noqa: PLC0415 - models are not there sooner

        door.lock_key = _any_key


def _any_key(resource_id: UUID) -> int:
    return secrets.randbits(62)
