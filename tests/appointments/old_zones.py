"""Zone data in which a place still keeps the hours of another, as before a change of law. Nothing is downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

from backend.common import walltime


@contextmanager
def old_law(folder: Path, name: str, twin: str) -> Iterator[None]:
    """Inside, the zone `name` follows the clocks of `twin`, for the tests and for the product alike."""
    there = folder / name
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(str(files("tzdata") / "zoneinfo" / twin), there)
    try:
        _read([str(folder)], name)
        yield
    finally:
        _read([], name)


def _read(paths: list[str], name: str) -> None:
    reset_tzpath(to=paths)
    ZoneInfo.clear_cache(only_keys=[name])  # others keep their identity, by which they are cached elsewhere
    walltime.zone.cache_clear()
