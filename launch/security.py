"""What `make lint` adds for security: bandit, detect-secrets and semgrep, in an environment of their own.

Semgrep wants old versions of libraries that tests need new (docs/decisions/0035), so the three share nothing with
`.venv`. Their rules are local: nothing is fetched while they run, and nothing is reported.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

from launch.place import ROOT, STATE, LaunchError, locked

TOOLS = STATE / "security"
_LOCK = ROOT / "requirements" / "security.txt"
_STAMP = TOOLS / "installed"
# Generated from what tests sent, hashes of packages, and compiled texts: no place where people write secrets.
_GENERATED = ("docs/openapi/", "requirements/", "contract/package-lock.json")
_QUIET = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}


def install() -> None:
    """Make sure that the three tools are what the lock says. Raises LaunchError."""
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    with locked(STATE / "security.lock"):
        if _STAMP.exists() and _STAMP.read_text() == digest:
            return
        print("Installing requirements/security.txt ...", flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(TOOLS)], check=False).returncode
        pip = [str(TOOLS / "bin" / "pip"), "--disable-pip-version-check", "--no-input", "install", "-qq"]
        pip += ["--require-hashes", "--no-deps", "-r", str(_LOCK)]
        if made or subprocess.run(pip, check=False).returncode:
            raise LaunchError("Could not install requirements/security.txt; the lines above say why.")
        _STAMP.write_text(digest)


def main() -> int:
    """Run the three, and semgrep's rules against the lines that they must find; 1 if any finds a fault."""
    install()
    semgrep = ("semgrep", "scan", "--metrics=off", "--disable-version-check", "--quiet")
    failed = [
        tool
        for tool, *words in (
            ("bandit", "-q", "-ll", "-r", "backend", "launch", "bench"),
            # Words that look like passwords are ruff's to find (S105 to S107), line by line and with reasons.
            ("detect-secrets-hook", "--no-verify", "--disable-plugin", "KeywordDetector", *_written()),
            (*semgrep, "--test", "launch/semgrep"),
            (*semgrep, "--error", "--config", "launch/semgrep/rules.yaml", "backend"),
        )
        if subprocess.run([str(TOOLS / "bin" / tool), *words], cwd=ROOT, env=_environment(), check=False).returncode
    ]
    print(f"{', '.join(failed)}: the lines above say what" if failed else "nothing dangerous, no secrets")
    return 1 if failed else 0


def _environment() -> dict[str, str]:
    return {**os.environ, **_QUIET, "PATH": os.pathsep.join([str(TOOLS / "bin"), *os.get_exec_path()])}


def _written() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith(_GENERATED)]
    return [name for name in names if not name.endswith(".mo") and (ROOT / name).exists()]


if __name__ == "__main__":
    sys.exit(main())
