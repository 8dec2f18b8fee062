"""A headless Chromium, spoken to in its own protocol (CDP) over a pair of pipes: no driver, no port, no package."""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from launch.gates import BROWSERS

SECONDS = 150  # to draw all operations at once takes a busy machine long


def find_chromium() -> str | None:
    """The program, if this machine has one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


class Page:
    """One tab. `events` are what it has reported, in order."""

    def __init__(self, to: int, back: int) -> None:
        self.to, self.back = to, back
        self.numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        self.unread = b""
        self.session: str | None = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its result; events that come meanwhile are kept."""
        number = next(self.numbers)
        sent: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self.session:
            sent["sessionId"] = self.session
        os.write(self.to, json.dumps(sent).encode() + b"\0")
        deadline = time.monotonic() + SECONDS
        while True:
            message = self._read(deadline)
            if message.get("id") == number:
                assert "error" not in message, f"{method}: {message['error']}"
                return dict(message["result"])
            self.events.append(message)

    def evaluate(self, script: str) -> Any:
        """The value of an expression of the page's own JavaScript; a promise is awaited."""
        told = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Ask until the expression is true."""
        deadline = time.monotonic() + SECONDS
        while not self.evaluate(f"Boolean({script})"):
            assert time.monotonic() < deadline, f"never true: {script}; {self.faults()}"
            time.sleep(0.1)

    def requests(self) -> list[str]:
        """Every address the page asked for."""
        return [one["params"]["request"]["url"] for one in self._of("Network.requestWillBeSent")]

    def faults(self) -> list[str]:
        """Errors and warnings of the console, uncaught exceptions, requests that failed."""
        told = [
            json.dumps(one["params"]["args"])
            for one in self._of("Runtime.consoleAPICalled")
            if one["params"]["type"] in ("error", "warning", "assert")
        ]
        told += [json.dumps(one["params"]["exceptionDetails"]) for one in self._of("Runtime.exceptionThrown")]
        told += [
            one["params"]["entry"]["text"]
            for one in self._of("Log.entryAdded")
            if one["params"]["entry"]["level"] in ("error", "warning")
        ]
        told += [one["params"]["errorText"] for one in self._of("Network.loadingFailed")]
        return told

    def screenshot(self, path: Path) -> None:
        """What is seen now, as PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def _of(self, method: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one.get("method") == method]

    def _read(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.back], [], [], max(deadline - time.monotonic(), 0))
            assert ready, "Chromium does not answer"
            chunk = os.read(self.back, 1 << 20)
            assert chunk, "Chromium has ended"
            self.unread += chunk
        message, _, self.unread = self.unread.partition(b"\0")
        return dict(json.loads(message))


@contextmanager
def open_page(folder: Path, *, width: int = 1280, height: int = 900) -> Iterator[Page]:
    """A tab in a browser of its own, which keeps its profile in `folder`."""
    program = find_chromium()
    assert program, "no Chromium here; `make browser` installs one"
    (their_in, to), (back, their_out) = os.pipe(), os.pipe()
    options = [
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"),
        *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *(f"--user-data-dir={folder}", f"--window-size={width},{height}", "--hide-scrollbars", "about:blank"),
    ]
    # Chromium reads commands from file 3 and writes to file 4.
    command = ["bash", "-c", f'exec "$0" "$@" 3<&{their_in} 4>&{their_out}', program, *options]
    with (folder / "said").open("wb") as said:
        browser = subprocess.Popen(command, pass_fds=(their_in, their_out), stdout=said, stderr=said)
    os.close(their_in)
    os.close(their_out)
    try:
        yield Page(to, back)
    finally:
        browser.terminate()
        browser.wait(SECONDS)
        os.close(to)
        os.close(back)
