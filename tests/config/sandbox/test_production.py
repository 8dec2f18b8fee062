"""In production there is no sandbox: no routes, no header, no description of them, and no clock that moves."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from launch.databases import url_for
from launch.place import ROOT
from launch.pytest_plugin import ADMIN_VARIABLE
from tests.config.test_production import GOOD

SCRIPT = """
import json, sys
import django
django.setup()
from django.db import connection
from django.test import Client

client = Client(raise_request_exception=False)
def call(method, path, **headers):
    answer = client.generic(method, path, "{}", content_type="application/json", secure=True, headers=headers)
    body = json.loads(answer.content)
    return [answer.status_code, body.get("code")]

with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM common_clockoffset")
    rows = cursor.fetchone()[0]
    cursor.execute("SELECT abs(extract(epoch FROM domain_now() - clock_timestamp())) < 60")
    keeps_time = cursor.fetchone()[0]
print(json.dumps({
    "rows": rows,
    "keeps_time": keeps_time,
    "calls": [call(*one) for one in json.loads(sys.argv[1])],
    "forced": call("GET", "/v1/clinics", **{"X-Sandbox-Scenario": "internal_error"}),
    "paths": [path for path in client.get("/v1/openapi.json", secure=True).json()["paths"] if "sandbox" in path],
}))
"""
CALLS = [["GET", "/v1/sandbox/clock"], ["POST", "/v1/sandbox/clock"], ["POST", "/v1/sandbox/reset"]]


def under(settings: str, **env: str) -> dict[str, Any]:
    url = url_for(os.environ[ADMIN_VARIABLE], database=connection.settings_dict["NAME"])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(CALLS)],
        cwd=ROOT,
        env=os.environ
        | GOOD
        | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": f"backend.config.settings.{settings}", "DB_POOL_SIZE": "0"}
        | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture
def moved_clock(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO common_clockoffset VALUES (true, '30 days')")


@pytest.mark.usefixtures("moved_clock")
def test_production_has_no_sandbox() -> None:
    seen = under("production", ALLOWED_HOSTS="testserver", SANDBOX="true")
    assert seen["calls"] == [[404, "not_found"]] * 3
    assert seen["forced"] == [200, None]
    assert seen["paths"] == []
    assert (seen["rows"], seen["keeps_time"]) == (1, True)


@pytest.mark.usefixtures("moved_clock")
def test_elsewhere_the_same_calls_find_it() -> None:
    seen = under("development", ALLOWED_HOSTS="testserver", BUDGETS="sandbox=0/60")
    assert seen["calls"] == [[200, None], [400, "validation_failed"], [429, "rate_limited"]]
    assert seen["forced"] == [500, "internal_error"]
    assert len(seen["paths"]) == 2
    assert (seen["rows"], seen["keeps_time"]) == (1, False)


@pytest.mark.usefixtures("moved_clock")
def test_a_developer_can_do_without() -> None:
    seen = under("development", ALLOWED_HOSTS="testserver", SANDBOX="false")
    assert seen["calls"] == [[404, "not_found"]] * 3
    assert (seen["paths"], seen["keeps_time"]) == ([], True)
