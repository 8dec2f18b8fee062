import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from launch import __main__ as entry
from launch import environment
from launch.place import ROOT, LaunchError, locked

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """An empty checkout whose programs are only written down, not run; they all succeed."""
    ran: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append([str(word) for word in command])
        environment.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        environment.PYTHON.touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(environment, "LOCKS", tmp_path / "requirements")
    monkeypatch.setattr(environment, "STATE", tmp_path / ".evergreen")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(os, "chdir", lambda _: None)
    monkeypatch.setattr(os, "execv", lambda path, _: ran.append(["exec", str(path)]))
    for name in ("demo", "dev"):
        (tmp_path / "requirements").mkdir(exist_ok=True)
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name} 1")
    return ran


def installs(ran: list[list[str]]) -> list[str]:
    return [Path(words[-1]).stem for words in ran if "install" in words]


def test_a_fresh_checkout_is_made_filled_and_entered(checkout: list[list[str]]) -> None:
    environment.enter("demo")
    assert checkout[0][1:3] == ["-m", "venv"]
    (pip,) = [words for words in checkout if "install" in words]
    assert "--require-hashes" in pip
    assert checkout[-1] == ["exec", str(environment.PYTHON)]


def test_only_a_changed_lock_is_installed_again(checkout: list[list[str]]) -> None:
    environment.enter("demo")
    environment.enter("demo")
    assert installs(checkout) == ["demo"]
    (environment.LOCKS / "demo.txt").write_text("demo 2")
    environment.enter("demo")
    assert installs(checkout) == ["demo", "demo"]


def test_the_larger_lock_serves_the_smaller(checkout: list[list[str]]) -> None:
    environment.enter("dev")
    environment.enter("demo")
    assert installs(checkout) == ["dev"]


def test_an_installation_that_fails_is_said_and_tried_again(
    checkout: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    works = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1, "", "no pip"))
    with pytest.raises(LaunchError, match="no pip"):
        environment.enter("demo")
    monkeypatch.setattr(subprocess, "run", works)
    environment.enter("demo")
    assert installs(checkout) == ["demo"]


def test_an_old_python_hands_over_or_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["launch", "run"])
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert entry.main() == 1
    assert "needs Python 3.11 or newer; this is Python 3.9.2" in capsys.readouterr().out
    seen: list[list[str]] = []
    monkeypatch.setattr("shutil.which", lambda name: f"/opt/{name}" if name == "python3.12" else None)
    monkeypatch.setattr(os, "execv", lambda _, words: seen.append(words))
    entry.main()
    assert seen == [["/opt/python3.12", "-m", "launch", "run"]]


def test_an_unknown_command_shows_the_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["launch", "fly"])
    assert entry.main() == 2
    said = capsys.readouterr().out
    assert all(command in said for command in entry.COMMANDS)


def test_every_command_has_its_make_target_and_its_function() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets == {*entry.COMMANDS, "help"}
    assert all(callable(environment.command(name)) for name in entry.COMMANDS)


def test_a_lock_is_for_one_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), pytest.raises(LaunchError, match="taken"), locked(tmp_path / "lock", busy="taken"):
        pass
    with locked(tmp_path / "lock", busy="taken"):
        pass


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_requirement_is_pinned_and_hashed_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    requirements = re.sub(r"\\\n", " ", re.sub(r"#.*", "", text)).split("\n")
    assert all("==" in line and "--hash=sha256:" in line for line in requirements if line.strip())


def test_the_smaller_locks_are_part_of_the_larger() -> None:
    pins = {lock.stem: set(re.findall(r"^([\w.-]+==[\w.+-]+)", lock.read_text(), re.MULTILINE)) for lock in LOCKS}
    assert pins["base"] <= pins["demo"] <= pins["dev"] <= pins["contract"]
