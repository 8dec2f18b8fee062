"""The demo's own server and database, kept between runs."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from launch.binaries import ServerUser, reachable_by_all
from launch.place import STATE, LaunchError
from launch.postgres import Cluster

DATABASE = "evergreen"


@dataclass(frozen=True)
class Urls:
    """Where the API connects, and where migrations do."""

    app: str
    owner: str

    @classmethod
    def given(cls) -> Urls | None:
        """The server of DATABASE_URL, when set; MIGRATION_DATABASE_URL names its owner if that is another role."""
        app = os.environ.get("DATABASE_URL")
        return cls(app, os.environ.get("MIGRATION_DATABASE_URL") or app) if app else None


def cluster(*, outlives_us: bool = False) -> Cluster:
    """The demo's server, not started."""
    return Cluster(_home(), {"max_connections": "100"}, say=print, outlives_us=outlives_us)


def start(*, outlives_us: bool = False) -> tuple[Cluster, Urls]:
    """Start the demo's server, with roles and database in place."""
    from launch import databases

    server = cluster(outlives_us=outlives_us)
    server.start()
    admin = server.url()
    databases.ensure_roles(admin)
    if not databases.database_exists(admin, DATABASE):
        databases.create_database(admin, DATABASE)
    urls = Urls(server.url(databases.APP, DATABASE), server.url(databases.OWNER, DATABASE))
    (STATE / "database-url").write_text(urls.app)  # read by the development settings
    return server, urls


def remove() -> None:
    """Stop the demo's server and delete its data."""
    server = cluster()
    server.stop()
    shutil.rmtree(server.home, ignore_errors=True)
    (STATE / "database-url").unlink(missing_ok=True)


def _home() -> Path:
    """In the checkout, unless the account that root steps down to cannot get there."""
    STATE.mkdir(mode=0o755, exist_ok=True)
    if ServerUser.current() is None or reachable_by_all(STATE):
        return STATE / "postgres"
    name = hashlib.sha256(os.fsencode(STATE)).hexdigest()[:12]
    folder = Path("/var/tmp") / f"evergreen-{name}"  # noqa: S108 (kept over a reboot; ownership is checked) # nosec B108
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise LaunchError(f"{folder} belongs to someone else; remove it and start again.")
    return folder / "postgres"
