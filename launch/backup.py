"""`make backup` and `make restore`: everything that was entered, in a folder, and out of it again, proved row by row.

A backup is `database.dump` (pg_dump's own format), `media.tar` (what was uploaded) and `rows.json`: of each table
how many rows it has and one hash over them all, read in the very snapshot that was dumped.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from launch import demo
from launch.binaries import find_binaries
from launch.place import STATE, LaunchError, locked

Rows = dict[str, list[Any]]
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
# The sum does not depend on the order of rows, so it needs no sort; each row counts by all its columns.
_DIGEST = "SELECT count(*), coalesce(sum(hashtextextended(one::text, 0)::numeric), 0)::text FROM {} AS one"
# Columns that say in which transaction a row was written. Another server counts its transactions anew: left as they
# are, these rows would seem to be still on their way there, and readers of the log would wait for them for ever.
_TRANSACTIONS = """
    SELECT attrelid::regclass::text, attname FROM pg_attrdef
    JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
    WHERE pg_get_expr(adbin, adrelid) LIKE '%pg_current_xact_id%'
"""


def backup(words: list[str]) -> int:
    """Write a backup into the folder named, or a new one in `.evergreen/backups`. Raises LaunchError."""
    folder = Path(words[0]) if words else STATE / "backups" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    if folder.exists():
        raise LaunchError(f"{folder} exists already; a backup never overwrites another.")
    folder.mkdir(parents=True, mode=0o700)
    with _database() as url:
        rows = dump(url, folder)
    _pack(_media(), folder / "media.tar")
    print(f"Wrote {sum(count for count, _ in rows.values())} rows of {len(rows)} tables and the uploads to {folder}")
    return 0


def restore(words: list[str]) -> int:
    """Put the backup in the folder named into an empty database, and prove it. Raises LaunchError."""
    if not words:
        raise LaunchError('Say which: make restore ARGS=".evergreen/backups/..."')
    folder = Path(words[0])
    if not (folder / "rows.json").exists():
        raise LaunchError(f"{folder} is no backup that was finished.")
    with locked(STATE / "run.lock", busy="`make run` is running: stop it first (Ctrl-C there)."):
        with _database(empty=True) as url:
            rows = load(url, folder)
        _unpack(folder / "media.tar", _media())
    print(f"Restored {sum(count for count, _ in rows.values())} rows of {len(rows)} tables; every hash is the same.")
    return 0


def dump(url: str, folder: Path) -> Rows:
    """Dump the database and count its rows, both in one snapshot. Raises LaunchError."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or [""]
        options = ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={folder / 'database.dump'}"]
        _run("pg_dump", *options, url)
        rows = digests(connection)
    (folder / "rows.json").write_text(json.dumps(rows, indent=1))
    return rows


def load(url: str, folder: Path) -> Rows:
    """Fill an empty database from a dump, and compare every table. Raises LaunchError, then nothing was kept."""
    import psycopg

    with psycopg.connect(url) as connection:
        if connection.execute(_TABLES).fetchone():
            raise LaunchError("The database is not empty. Restore into a new one.")
    _run(
        "pg_restore",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={url}",
        str(folder / "database.dump"),
    )
    wanted: Rows = json.loads((folder / "rows.json").read_text())
    with psycopg.connect(url) as connection:
        found = digests(connection)
        wrong = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        if wrong:
            raise LaunchError(f"These tables are not as they were: {', '.join(wrong)}. Do not use this database.")
        _forget_transactions(connection)
    return found


def digests(connection: Any) -> Rows:
    """Of each table how many rows it has, and a hash of them all."""
    from psycopg import sql

    connection.execute("SET LOCAL timezone = 'UTC'")
    names = [name for (name,) in connection.execute(_TABLES).fetchall()]
    return {name: [*connection.execute(sql.SQL(_DIGEST).format(sql.Identifier(name))).fetchone()] for name in names}


def _forget_transactions(connection: Any) -> None:
    from psycopg import sql

    for table, column in connection.execute(_TRANSACTIONS).fetchall():
        # Append-only tables refuse changes by trigger, to everybody; their owner may set that aside for this.
        words = {"table": sql.SQL(table), "column": sql.Identifier(column)}
        connection.execute(sql.SQL("ALTER TABLE {table} DISABLE TRIGGER USER").format(**words))
        connection.execute(sql.SQL("UPDATE {table} SET {column} = 0").format(**words))
        connection.execute(sql.SQL("ALTER TABLE {table} ENABLE TRIGGER USER").format(**words))


@contextlib.contextmanager
def _database(*, empty: bool = False) -> Iterator[str]:
    """The owner's URL of the database given, or of the demo's; with `empty` the demo's is made anew."""
    from launch import databases

    if given := demo.Urls.given():
        yield given.owner
        return
    server, urls = demo.start()
    try:
        if empty:
            databases.drop_database(server.url(), demo.DATABASE)
            databases.create_database(server.url(), demo.DATABASE)
        yield urls.owner
    finally:
        if server.process is not None:  # else it was running before
            server.stop()


def _run(program: str, *words: str) -> None:
    done = subprocess.run([str(find_binaries() / program), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LaunchError(f"{program} failed:\n{done.stderr.strip()}")


def _media() -> Path:
    return Path(os.environ.get("MEDIA_ROOT") or STATE / "media")


def _pack(source: Path, target: Path) -> None:
    with tarfile.open(target, "w") as archive:
        if source.is_dir():
            archive.add(source, arcname=".")


def _unpack(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(source) as archive:
        archive.extractall(target, filter="data")
