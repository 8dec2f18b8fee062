"""What the README tells people to paste works as it stands."""

import json
import re
import subprocess
from pathlib import Path

from launch.place import ROOT
from tests.live import LiveApi, MakeLiveApi
from tests.stand_in_curl import commands

README = (ROOT / "README.md").read_text()


def the_booking() -> str:
    """The shell block, exactly as it is pasted."""
    (block,) = re.findall(r"^```bash\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return str(block)


def paste(api: LiveApi, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    # -e and pipefail: a call that failed must not hide behind one that did not.
    command = ["bash", "-e", "-u", "-o", "pipefail", "-c", the_booking()]
    environment = environment | {"BASE": api.url}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_booking_can_be_pasted_and_pasted_again(make_live_api: MakeLiveApi, tmp_path: Path) -> None:
    api = make_live_api()  # of its own: the story of this patient has room for a few visits only
    ids = set()
    for is_stand_in in (False, True):
        done = paste(api, commands(tmp_path, is_stand_in=is_stand_in))
        assert done.returncode == 0, done.stdout + done.stderr
        visit = json.loads(done.stdout)
        assert (visit["status"], visit["service"]["code"]) == ("booked", "ims-treatment")
        ids.add(visit["id"])
    assert len(ids) == 2


def test_the_booking_is_five_calls() -> None:
    calls = re.findall(r"^# \d\. |\bcurl ", the_booking(), re.MULTILINE)
    assert calls == [word for number in range(1, 6) for word in (f"# {number}. ", "curl ")]
    assert "http://127.0.0.1:8000" in the_booking()


def test_it_needs_nothing_but_what_is_promised() -> None:
    """curl, python3 and the shell: no jq, no GNU date."""
    called = set(re.findall(r"(?:^|[|(] *)([a-z][\w-]*) ", the_booking(), re.MULTILINE))
    assert called <= {"curl", "python3", "read_json", "in_days", "print", "json", "echo"}


def test_the_stand_in_for_curl_writes_files_as_curl_does(live_api: LiveApi, tmp_path: Path) -> None:
    command = f"curl -sS -D head -o body {live_api.url}/v1/clinics?limit=1"
    subprocess.run(["sh", "-c", command], env=commands(tmp_path, is_stand_in=True), cwd=tmp_path, check=True)
    first, *headers = (tmp_path / "head").read_text().splitlines()
    assert first == "HTTP/1.1 200"
    assert any(header.lower().startswith("ratelimit-policy: ") for header in headers)
    assert len(json.loads((tmp_path / "body").read_text())["results"]) == 1
