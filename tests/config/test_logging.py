import io
import json
import logging
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory

from backend.common import request_id
from backend.config.logging import formatter
from launch import server
from launch.place import ROOT
from tests.config.test_production import GOOD
from tests.live import free_port, get, wait_for


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What production would write of every record."""
    request_id.begin("")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(as_json=True))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    request_id.begin("")


def only(lines: io.StringIO) -> dict[str, Any]:
    (line,) = lines.getvalue().splitlines()
    read: dict[str, Any] = json.loads(line)
    return read


def test_an_event_is_one_json_line_with_the_request_id(lines: io.StringIO) -> None:
    request_id.begin("req-1")
    structlog.get_logger("evergreen.test").warning("slot_lost", attempt=2)
    line = only(lines)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "slot_lost",
        "level": "warning",
        "logger": "evergreen.test",
        "attempt": 2,
        "request_id": "req-1",
    }


def test_a_library_record_has_the_same_shape(lines: io.StringIO) -> None:
    logging.getLogger("library").error("took %s of %s", 3, 4)
    line = only(lines)
    assert (line["event"], line["level"], line["logger"]) == ("took 3 of 4", "error", "library")
    assert "request_id" not in line


def test_a_traceback_stays_on_its_line_and_shows_no_values(lines: io.StringIO) -> None:
    def fails(diagnosis: str) -> None:
        raise RuntimeError("broken")

    spoken = "pregn" + "ant"
    try:
        fails(spoken)
    except RuntimeError:
        logging.getLogger("library").exception("failed")
    line = only(lines)
    assert "RuntimeError: broken" in line["exception"]
    assert "pregnant" not in lines.getvalue()


def test_a_request_beside_a_record_is_not_written(lines: io.StringIO) -> None:
    request = RequestFactory().get("/v1/patients?name=Ada")
    logging.getLogger("django.request").error("Internal Server Error", extra={"request": request, "status_code": 500})
    assert "Ada" not in lines.getvalue()
    assert only(lines)["event"] == "Internal Server Error"


@pytest.mark.django_db
def test_the_row_that_a_constraint_refuses_is_withheld(lines: io.StringIO) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE person (name text UNIQUE)")
        name = "Ada Lovelace"
        cursor.execute("INSERT INTO person VALUES (%s)", [name])
        with pytest.raises(IntegrityError) as refusal:
            cursor.execute("INSERT INTO person VALUES (%s)", [name])
    assert name in str(refusal.value)
    logging.getLogger("library").error("refused: %s", refusal.value, exc_info=refusal.value)
    assert "person_name_key" in lines.getvalue()
    assert name not in lines.getvalue()


@pytest.mark.django_db
def test_each_request_leaves_a_line_without_its_query(client: Client, lines: io.StringIO) -> None:
    client.get("/secret-link-4711?name=Ada")
    client.get("/livez")
    line = only(lines)
    assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "GET", "", 404)
    assert line["duration_ms"] >= 0
    assert "Ada" not in lines.getvalue()
    assert "4711" not in lines.getvalue()


def test_the_server_s_own_lines_are_json_too(tmp_path: Path) -> None:
    """The container's command in production settings: without a database it lives, but is not ready."""
    port = free_port()
    log = tmp_path / "log"
    env = os.environ | GOOD | {"DJANGO_SETTINGS_MODULE": "backend.config.settings.production"}
    env["DATABASE_URL"] = f"postgresql://nobody@/nothing?host={tmp_path}"
    env["GRANIAN_LOG_CONFIG"] = "docker/granian-logging.json"
    with log.open("wb") as stream:
        command = server.command(port=port, workers=1, threads=1)
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=stream, stderr=stream)
    try:
        wait_for(lambda: get(port, "/livez").status == 200)
        assert json.loads(get(port, "/readyz").body) == {"status": "unavailable", "database": "no answer"}
        assert get(port, "/v1/clinics?name=Ada", Host="api.clinic.test").status == 301
    finally:
        process.terminate()
        process.wait()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"_granian", "evergreen.access"} <= {line["logger"].split(".serve")[0] for line in lines}
    assert "Ada" not in log.read_text()
