"""What must hold before the API serves: zone data as new as the law, a database that keeps what it confirms."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseError

from backend.common import zonedata

_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


@register()
def check_zone_data(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Zone data older than IANA 2026c puts visits an hour off (D25)."""
    return [Error(fault, id="evergreen.E001") for fault in zonedata.faults()]


@register(Tags.database)
def check_database(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Runs with `migrate` and `check --database default`."""
    return [
        Error(fault, id="evergreen.E002") for name in databases or [] for fault in unsafe_database(connections[name])
    ]


def unsafe_database(connection: BaseDatabaseWrapper) -> list[str]:
    """Why patients' bookings must not be entrusted to this database; empty outside production. Raises DatabaseError."""
    if not settings.REQUIRE_SAFE_DATABASE:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off'", [list(_DURABLE)])
        faults = [f"{name} is off: a crash would lose confirmed bookings" for (name,) in cursor.fetchall()]
        cursor.execute("SELECT to_regclass('common_clockoffset') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT EXISTS (SELECT FROM common_clockoffset)")
            if cursor.fetchone()[0]:
                faults.append("common_clockoffset has a row: the clock is moved, which only a sandbox may do (R12)")
        cursor.execute("SELECT to_regprocedure('sandbox.empty_tables()') IS NOT NULL")
        if cursor.fetchone()[0]:
            faults.append("sandbox.empty_tables() exists: it deletes everything, which only a sandbox may do")
    return faults


def refuse_unsafe_database() -> None:
    """End the process rather than serve from an unsafe database. Raises SystemExit.

    A database that does not answer yet is no reason: `/readyz` says so, and asks again when it does.
    """
    try:
        faults = unsafe_database(connections["default"])
    except DatabaseError:
        return
    finally:
        connections["default"].close()
    if faults:
        raise SystemExit("Refusing to start: " + "; ".join(faults))
