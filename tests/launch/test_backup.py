"""A chain's data goes into a folder and out of it again: every row, every right, every trigger."""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launch import backup
from launch.databases import APP, OWNER, create_database, url_for
from launch.place import LaunchError
from launch.pytest_plugin import ADMIN_VARIABLE, discard_database
from tests.live import LiveApi


@pytest.fixture
def full(live_api: LiveApi) -> str:
    """The demo's database, as its owner."""
    return url_for(live_api.database_url, role=OWNER)


@pytest.fixture
def empty() -> Iterator[str]:
    name, admin = f"restored_{secrets.token_hex(4)}", os.environ[ADMIN_VARIABLE]
    create_database(admin, name)
    yield url_for(admin, role=OWNER, database=name)
    discard_database(name)


def test_every_row_comes_back_with_its_rights_and_triggers(full: str, empty: str, tmp_path: Path) -> None:
    with psycopg.connect(full) as connection:
        connection.execute(
            "INSERT INTO events_domainevent (id, type, subject_id, payload)"
            " VALUES (gen_random_uuid(), 'a.thing.v1', gen_random_uuid(), '{}')"
        )
    rows = backup.dump(full, tmp_path)
    assert rows["appointments_appointment"][0] > 100
    assert backup.load(empty, tmp_path) == rows
    with psycopg.connect(empty) as connection, connection.cursor() as cursor:
        assert cursor.execute("SELECT max(transaction_id) FROM events_domainevent").fetchone() == (0,)
        with pytest.raises(psycopg.errors.RestrictViolation):
            cursor.execute("UPDATE events_domainevent SET type = 'another'")
    with psycopg.connect(url_for(empty, role=APP)) as connection:
        found = connection.execute("SELECT count(*) FROM patients_patient").fetchone()
        assert found == (rows["patients_patient"][0],)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM audit_auditentry")


def test_a_row_that_is_not_as_it_was_is_found(full: str, empty: str, tmp_path: Path) -> None:
    rows = backup.dump(full, tmp_path)
    rows["patients_patient"][1] = "1"
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    with pytest.raises(LaunchError, match="not as they were: patients_patient"):
        backup.load(empty, tmp_path)


def test_nothing_is_restored_over_something(full: str, tmp_path: Path) -> None:
    backup.dump(full, tmp_path)
    with pytest.raises(LaunchError, match="not empty"):
        backup.load(full, tmp_path)


def test_both_commands_take_the_uploads_along(
    full: str, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, target = tmp_path / "media", tmp_path / "backup"
    (media / "photos").mkdir(parents=True)
    (media / "photos" / "one.jpg").write_bytes(b"\xff\xd8")
    for name, value in {"DATABASE_URL": full, "MEDIA_ROOT": str(media)}.items():
        monkeypatch.setenv(name, value)
    backup.backup([str(target)])
    with pytest.raises(LaunchError, match="never overwrites"):
        backup.backup([str(target)])
    for name, value in {"DATABASE_URL": empty, "MEDIA_ROOT": str(tmp_path / "elsewhere")}.items():
        monkeypatch.setenv(name, value)
    backup.restore([str(target)])
    assert (tmp_path / "elsewhere" / "photos" / "one.jpg").read_bytes() == b"\xff\xd8"


def test_a_restore_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="Say which"):
        backup.restore([])
    with pytest.raises(LaunchError, match="no backup that was finished"):
        backup.restore([str(tmp_path)])
