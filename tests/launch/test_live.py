"""The live server that other tests stand on."""

import json
import secrets

import psycopg
import pytest

from launch.run import answers
from tests.live import LiveApi, MakeLiveApi, get


@pytest.fixture(scope="module")
def api(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api(env={"WORKERS": "1", "LOG_LEVEL": "INFO"}, seed=False)


def test_it_serves_as_the_app_s_role_on_a_database_of_its_own(api: LiveApi) -> None:
    assert get(api.port, "/readyz").status == 200
    with psycopg.connect(api.database_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("evergreen_app",)
    with psycopg.connect(api.owner_database_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("evergreen_owner",)


def test_it_can_be_killed_and_comes_back_where_it_was(api: LiveApi) -> None:
    url = api.url
    api.kill()
    assert not answers(api.port)
    api.restart()
    assert api.url == url
    assert get(api.port, "/livez").status == 200


def test_it_takes_further_environment(api: LiveApi) -> None:
    marker = secrets.token_hex(4)
    api.restart(env={"ALLOWED_HOSTS": f"{marker}.test"})
    answer = get(api.port, "/v1/nothing", Host=f"{marker}.test")
    assert (answer.status, json.loads(answer.body)["code"]) == (404, "not_found")
    assert "request" in api.log_path.read_text()
