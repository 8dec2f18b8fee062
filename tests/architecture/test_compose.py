"""No Docker engine runs here, so what docker-compose.yml and the Dockerfile promise is held against the code."""

import importlib
import json
import re
import shlex
from importlib.metadata import entry_points
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from launch import server
from launch.place import ROOT
from tests.config.test_production import production

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
OURS = ("api", "migrate", "worker")
PINNED = re.compile(r"^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?$")
SECRET = re.compile(r"PASSWORD|SECRET|KEY")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.+)$", DOCKERFILE, re.MULTILINE)


def image_environment() -> dict[str, str]:
    (line,) = instructions("ENV")
    return dict(word.split("=", 1) for word in shlex.split(line))


def started_with(service: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The production settings under the environment that compose gives, its variables filled in."""
    values = {
        "SECRET_KEY": "".join(map(chr, range(40, 100))),
        "JWT_SIGNING_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",  # pragma: allowlist secret
        "APP_URL": "https://app.clinic.test",
    }
    given = image_environment() | SERVICES[service]["environment"]
    filled = {
        name: re.sub(r"\$\{(\w+):\?[^}]*\}", lambda m: values.get(m[1], "x"), value) for name, value in given.items()
    }
    for name in ("SECRET_KEY", "JWT_SIGNING_KEY", "ALLOWED_HOSTS", "APP_URL", "DATABASE_URL", "EMAIL_URL"):
        filled.setdefault(name, "")  # nothing that compose forgets may come from anywhere else
    return production(monkeypatch, **{name: value for name, value in filled.items() if name != "PATH"})


@pytest.mark.parametrize(
    "image", [*(s["image"] for s in SERVICES.values()), *(i.split()[0] for i in instructions("FROM"))]
)
def test_images_are_pinned(image: str) -> None:
    assert image == "evergreen:local" or PINNED.match(image)


def test_pinned_means_a_version() -> None:
    loose = ("postgres", "postgres:latest", "postgres:17", "postgres:17-bookworm", "x/mailpit:edge")
    assert not any(PINNED.match(image) for image in loose)


def test_postgresql_is_one_we_support() -> None:
    assert int(SERVICES["db"]["image"].split(":")[1].split(".")[0]) >= 16


def test_the_container_runs_as_nobody_special() -> None:
    final = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    (user,) = re.findall(r"^USER (\d+):(\d+)$", final, re.MULTILINE)
    assert all(int(part) >= 1000 for part in user)
    assert final.index("\nUSER ") < final.index("\nCMD ")


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_what_keeps_running_has_a_health_check(service: str) -> None:
    runs_on = SERVICES[service]["restart"] != "no"
    assert ("healthcheck" in SERVICES[service]) is runs_on


def test_health_checks_ask_what_the_api_answers() -> None:
    for check in (str(SERVICES["api"]["healthcheck"]["test"]), *instructions("HEALTHCHECK")):
        assert "http://127.0.0.1:8000/readyz" in check


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert [use for use in re.findall(r"\$\{[^}]*\}|\$\w+", text) if ":?" not in use] == []
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not SECRET.search(name) or value.startswith(f"${{{name}:?")
    assert re.search(r"://\w+:(?!\$\{)[^@\s]*@", text) is None
    assert not SECRET.search(" ".join(image_environment()))


@pytest.mark.parametrize("service", OURS)
def test_settings_read_every_variable_they_are_given(service: str) -> None:
    sources = "".join(path.read_text() for path in (ROOT / "backend/config/settings").glob("*.py"))
    read = set(re.findall(r"""(?:env\.\w+|_required|_secret|_signing_key|_hosts)\(\s*"(\w+)\"""", sources))
    assert set(SERVICES[service]["environment"]) <= read


@pytest.mark.parametrize("service", OURS)
def test_production_starts_with_what_compose_gives(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = started_with(service, monkeypatch)
    database = settings["DATABASES"]["default"]
    assert (database["HOST"], database["NAME"]) == ("db", "evergreen")
    assert database["USER"] == ("evergreen_owner" if service == "migrate" else "evergreen_app")
    assert settings["EMAIL_HOST"] in SERVICES


@pytest.mark.parametrize("service", OURS)
def test_django_knows_the_commands(service: str) -> None:
    words = [*SERVICES[service].get("command", []), *SERVICES[service].get("healthcheck", {}).get("test", [])]
    for command in re.findall(r"manage\.py (\w+)", " ".join([*words, *instructions("RUN")])):
        assert command in get_commands()


def test_migrations_come_with_the_app_s_rights() -> None:
    assert re.findall(r"manage\.py (\w+)", SERVICES["migrate"]["command"][-1]) == ["migrate", "grant_app_role"]


def test_the_server_is_started_as_everywhere_else() -> None:
    command = json.loads(instructions("CMD")[-1])
    environment = image_environment()
    assert command[0] in {script.name for script in entry_points(group="console_scripts")}
    module, _, attribute = command[1].partition(":")
    assert callable(getattr(importlib.import_module(module), attribute))
    ours = server.command(port=8000, workers=2, threads=4, host="0.0.0.0")[3:]
    by_variable = [
        "--workers",
        environment["GRANIAN_WORKERS"],
        "--blocking-threads",
        environment["GRANIAN_BLOCKING_THREADS"],
    ]
    assert sorted([*command[1:], *by_variable]) == sorted(ours)
    assert server.ENVIRONMENT.items() <= environment.items()
    assert environment["DB_POOL_SIZE"] == environment["GRANIAN_BLOCKING_THREADS"]
    assert (ROOT / environment["GRANIAN_LOG_CONFIG"]).exists()


def test_what_is_copied_exists_and_is_sent_to_the_builder() -> None:
    sent = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            for source in line.split()[:-1]:
                assert (ROOT / source).exists()
                assert source in sent
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")


def test_mounted_files_exist() -> None:
    mounts = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    for path in (mount.split(":")[0] for mount in mounts if mount.startswith("./")):
        assert (ROOT / path).exists()
    assert [mount.split(":")[0] for mount in mounts if not mount.startswith("./")] == list(COMPOSE["volumes"])


def test_each_waits_for_what_it_needs() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert SERVICES["worker"]["depends_on"] == SERVICES["api"]["depends_on"]
    assert SERVICES["api"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
