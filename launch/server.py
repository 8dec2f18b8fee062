"""How the API is served: granian, WSGI, as many threads as the pool has connections."""

from __future__ import annotations

import sys

APPLICATION = "backend.config.wsgi:application"
# The C library would give each thread a heap of its own, and each keeps the room of the largest answer it ever made.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}


def command(*, port: int, workers: int, threads: int, host: str = "127.0.0.1") -> list[str]:
    """The server's command line.

    No `--backpressure`: it counts open connections, so a few idle keep-alive clients would shut out all others
    (tried). Threads bound the work instead, and so the database connections.
    """
    return [
        *(sys.executable, "-m", "granian", APPLICATION, "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--workers-kill-timeout", "8"),  # a worker that is told to stop while it starts may hang (seen)
    ]
