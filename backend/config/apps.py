"""Registers the start-up checks."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """An app without tables, so that the checks below are found."""

    name = "backend.config"
    label = "config"

    def ready(self) -> None:
        from backend.config import checks, wiring  # noqa: F401, PLC0415 (registering is the import's purpose)

        wiring.connect()
