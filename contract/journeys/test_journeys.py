"""Generated clients and the published workflows, run by Node against the real server with the demo's cast."""

import base64
import json
import subprocess
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.config.demo.cast import PASSWORD
from launch import node
from launch.place import ROOT
from tests.live import LiveApi, MakeLiveApi

HERE = Path(__file__).parent
SEED = b"journeys" * 4
WORKFLOWS = sorted((ROOT / "docs/openapi/workflows").glob("*.arazzo.yaml"))


@pytest.fixture(scope="module")
def api(make_live_api: MakeLiveApi) -> LiveApi:
    return make_live_api({"JWT_SIGNING_KEY": base64.b64encode(SEED).decode()})


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=node.environment() | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tokens(api: LiveApi, email: str) -> dict[str, Any]:
    body = json.dumps({"email": email, "password": PASSWORD}).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{api.url}/v1/auth/token", body, headers)) as answer:
        return dict(json.load(answer))


def expired(access: str) -> str:
    """The same token, an hour after its time."""
    claims = jwt.decode(access, options={"verify_signature": False})
    headers = jwt.get_unverified_header(access)
    claims |= {"iat": int(time.time()) - 4200, "exp": int(time.time()) - 3600}
    return jwt.encode(claims, Ed25519PrivateKey.from_private_bytes(SEED), "EdDSA", headers=headers)


def test_a_generated_client_books_in_four_calls_moves_and_cancels(api: LiveApi) -> None:
    assert "booked, moved and cancelled" in run("node", str(HERE / "book.ts"), BASE_URL=api.url)


def test_a_token_that_ran_out_is_exchanged_once(api: LiveApi) -> None:
    kept = tokens(api, "parent@demo.test")
    kept["access"] = expired(kept["access"])
    assert "refreshed once" in run("node", str(HERE / "refresh.ts"), BASE_URL=api.url, TOKENS=json.dumps(kept))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name.removesuffix(".arazzo.yaml"))
def test_a_published_workflow_works(api: LiveApi, path: Path) -> None:
    first = datetime.now(UTC).date() + timedelta(days=14)
    inputs = {"password": PASSWORD, "from_date": str(first), "to_date": str(first + timedelta(days=14))}
    given = [word for name, value in inputs.items() for word in ("--input", f"{name}={value}")]
    run("redocly", "respect", str(path), "--server", f"evergreen={api.url}", *given)


def test_there_are_workflows() -> None:
    assert len(WORKFLOWS) >= 3
