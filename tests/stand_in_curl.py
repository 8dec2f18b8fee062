"""`curl` as far as our guides use it, for machines that have none: run as a program, named `curl` on PATH."""

import argparse
import http.client
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit


def commands(folder: Path, *, is_stand_in: bool = False) -> dict[str, str]:
    """An environment in which `curl` is found: the machine's, or else the stand-in, put into the folder."""
    if shutil.which("curl") and not is_stand_in:
        return dict(os.environ)
    folder.mkdir(exist_ok=True)
    program = folder / "curl"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "$@"\n')
    program.chmod(0o755)
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def main() -> int:
    """Do one request; 22 is curl's status for an answer that --fail-with-body does not like."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    for option in ("-d", "-X", "-D", "-o"):
        parser.add_argument(option)
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-sS", action="store_true")
    parser.add_argument("--fail-with-body", action="store_true")
    told = parser.parse_args()
    place = urlsplit(told.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port)
    headers = dict(one.split(": ", 1) for one in told.H)
    method = told.X or ("GET" if told.d is None else "POST")
    connection.request(method, f"{place.path}?{place.query}".rstrip("?"), told.d and told.d.encode(), headers)
    answer = connection.getresponse()
    body = answer.read()
    if told.D:
        lines = [f"HTTP/1.1 {answer.status}", *(f"{name}: {value}" for name, value in answer.getheaders())]
        Path(told.D).write_text("".join(f"{line}\r\n" for line in [*lines, ""]))
    if told.o:
        Path(told.o).write_bytes(body)
    else:
        sys.stdout.buffer.write(body)
    return 22 if told.fail_with_body and answer.status >= 400 else 0


if __name__ == "__main__":
    sys.exit(main())
