"""What runs beside each other, what after it, and that one fault hides no other."""

from pathlib import Path

import pytest

from launch.gates import Check, all_pass
from launch.place import LaunchError

# Waits until the other has begun, too.
MEET = """
import pathlib, sys, time
here, there = map(pathlib.Path, sys.argv[1:])
here.touch()
began = time.monotonic()
while not there.exists():
    assert time.monotonic() - began < 60
    time.sleep(0.01)
"""


def says(word: str, code: int = 0) -> Check:
    return ("-c", f"print({word!r}); raise SystemExit({code})")


def test_every_step_runs_whatever_failed_before(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LaunchError) as fault:
        all_pass([says("one", 1), says("two")], [says("three", 2)], [says("four")])
    assert "SystemExit(1)" in str(fault.value)
    assert "SystemExit(2)" in str(fault.value)
    assert "SystemExit(0)" not in str(fault.value)
    said = capfd.readouterr().out.splitlines()
    assert {"one", "two"} < {*said[: said.index("three")]}
    assert said.index("three") < said.index("four")
    assert [line.split()[0] for line in said if " in " in line].count("FAILED") == 2


def test_those_of_a_step_run_beside_each_other(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    assert all_pass([("-c", MEET, here, there), ("-c", MEET, there, here)]) == 0
    assert "All checks passed." in capfd.readouterr().out
