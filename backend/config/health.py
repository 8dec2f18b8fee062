"""Liveness and readiness, for whoever starts and balances the API. They answer before routing and host checks."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from backend.common.worker import pace
from backend.config.checks import unsafe_database

_SECONDS = 2


class HealthMiddleware:
    """Answers `/livez` (the process runs) and `/readyz` (it can serve: the database answers and is migrated).

    `/readyz` also says whether the worker keeps up; the API serves all the same when it does not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.is_migrated = False  # true stays true: other migrations come with another process

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass the request on."""
        if request.path == "/livez":
            return _answer({})
        if request.path == "/readyz":
            faults = self._faults()
            return _answer(faults, {} if faults else {"jobs": _jobs()})
        return self.get_response(request)

    def _faults(self) -> dict[str, str]:
        fault = _database_fault()
        if fault:
            return {"database": fault}
        if not self.is_migrated:
            try:
                fault = _migration_fault() or "; ".join(unsafe_database(connection))
            except DatabaseError:
                fault = "no answer"
            self.is_migrated = not fault
        return {"database": fault} if fault else {}


def _answer(faults: dict[str, str], facts: dict[str, str] | None = None) -> JsonResponse:
    status = "unavailable" if faults else "ok"
    response = JsonResponse({"status": status, **faults, **(facts or {})}, status=503 if faults else 200)
    response["Cache-Control"] = "no-store"
    return response


def _database_fault() -> str:
    try:
        _connect().close()
    except psycopg.Error:
        return "no answer"
    return ""


def _jobs() -> str:
    try:
        with closing(_connect()) as database:
            return pace(database.execute)
    except psycopg.Error:
        return "unknown"


def _connect() -> psycopg.Connection[Any]:
    # A connection of its own: a full pool means busy, not broken, and must not take the process out of service.
    wanted = {name: connection.settings_dict[key] for name, key in _DSN.items() if connection.settings_dict[key]}
    return psycopg.connect(**wanted, connect_timeout=_SECONDS, options=f"-c statement_timeout={_SECONDS}s")


_DSN = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def _migration_fault() -> str:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return f"{missing} migrations are not applied" if missing else ""
