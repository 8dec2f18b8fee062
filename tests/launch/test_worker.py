"""The worker beside the API: seen by `/readyz`, replaced when it dies, gone when it is stopped."""

import json
import os
import signal
from typing import Any

import psycopg
import pytest

from tests.live import LiveApi, MakeLiveApi, get, wait_for


@pytest.fixture(scope="module")
def api(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api(env={"WORKERS": "1"}, seed=False)


def workers(api: LiveApi) -> Any:
    with psycopg.connect(api.database_url, autocommit=True) as database:
        return database.execute("SELECT count(*) FROM procrastinate_workers").fetchone()


def jobs(api: LiveApi) -> Any:
    return json.loads(get(api.port, "/readyz").body)["jobs"]


def test_a_worker_that_dies_is_replaced_and_one_that_is_stopped_is_gone(
    api: LiveApi, capsys: pytest.CaptureFixture[str]
) -> None:
    wait_for(lambda: jobs(api) == "no worker")  # the first probe looks at migrations only
    worker = api.have_worker()
    wait_for(lambda: jobs(api) == "on time")
    first = worker.process
    assert first is not None
    worker.keep_up()
    assert worker.process is first
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    def replaced() -> bool:
        worker.keep_up()
        return worker.process is not first

    wait_for(replaced)
    assert "The worker ended (-9); starting it again in 1 s." in capsys.readouterr().out
    wait_for(lambda: workers(api) == (2,))  # the dead one is missed later
    worker.stop()
    assert workers(api) == (1,)
