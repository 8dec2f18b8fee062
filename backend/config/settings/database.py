"""The one database, from its URL."""

from typing import Any

import environ

from backend.config.connections import PreparedConnection


def connect(
    env: environ.Env, *, pooled: bool, default_url: str | None = None, is_sandbox: bool = False
) -> dict[str, Any]:
    """Django's settings for the connection that DATABASE_URL names.

    A pool, since a connection a request costs ten milliseconds; prepared statements with values bound by the
    server, since planning costs more than running them. Behind a pooler in transaction mode set
    DB_PREPARE_THRESHOLD=0. Only the connections of a sandbox read the offset of the clock (R12).
    Raises ImproperlyConfigured without a URL.
    """
    config: dict[str, Any] = env.db_url_config(env.str("DATABASE_URL", default=default_url or env.NOTSET))
    options: dict[str, Any] = config.setdefault("OPTIONS", {})
    if "host" in options:  # a socket folder; Django's own tools look for it in HOST
        config["HOST"] = options.pop("host")
    size = env.int("DB_POOL_SIZE", default=4)
    if pooled and size:
        # Two seconds: a caller is better served by 503 and Retry-After than by a queue.
        options["pool"] = {
            "min_size": min(2, size),
            "max_size": size,
            "timeout": 2,
            "connection_class": PreparedConnection,
        }
    options |= {
        "server_side_binding": True,
        "prepare_threshold": env.int("DB_PREPARE_THRESHOLD", default=5) or None,
        "application_name": "evergreen",
        "connect_timeout": 5,
        "options": _session(
            timezone="UTC",
            statement_timeout=env.int("DB_STATEMENT_TIMEOUT_MS", default=5_000),
            idle_in_transaction_session_timeout=10_000,
            **({"evergreen.sandbox": "on"} if is_sandbox else {}),
        ),
    }
    return {**config, "ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}


def _session(**parameters: str | int) -> str:
    return " ".join(f"-c {name}={value}" for name, value in parameters.items())
