import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from backend.config.checks import refuse_unsafe_database, unsafe_database


@pytest.mark.django_db
def test_ready_when_the_database_answers_and_is_migrated(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "jobs": "no worker"})
    assert answer["Cache-Control"] == "no-store"


def test_alive_without_a_database(client: Client) -> None:
    answer = client.get("/livez", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_not_ready_without_an_answer_from_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", "no_such_database")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "database": "no answer"})


@pytest.mark.django_db
def test_not_ready_before_migrations_then_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'privacy' RETURNING name")
        gone = cursor.rowcount
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, f"{gone} migrations are not applied")
    call_command("migrate", fake=True, verbosity=0)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_database_that_forgets_is_refused_where_it_matters(settings: Settings) -> None:
    assert unsafe_database(connection) == []  # the tests' own server, which may forget
    settings.REQUIRE_SAFE_DATABASE = True
    assert [fault.split()[0] for fault in unsafe_database(connection)] == [
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "sandbox.empty_tables()",
    ]


@pytest.mark.django_db(transaction=True)
def test_an_unsafe_database_ends_the_process(settings: Settings) -> None:
    refuse_unsafe_database()
    settings.REQUIRE_SAFE_DATABASE = True
    with pytest.raises(SystemExit, match="fsync is off"):
        refuse_unsafe_database()


@pytest.mark.django_db
def test_a_moved_clock_is_refused_where_it_matters(settings: Settings) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO common_clockoffset (id, \"offset\") VALUES (true, interval '1 hour')")
    assert unsafe_database(connection) == []
    settings.REQUIRE_SAFE_DATABASE = True
    assert any("common_clockoffset" in fault for fault in unsafe_database(connection))


@pytest.mark.django_db
def test_not_ready_on_an_unsafe_database(client: Client, settings: Settings) -> None:
    settings.REQUIRE_SAFE_DATABASE = True
    assert client.get("/readyz").status_code == 503
