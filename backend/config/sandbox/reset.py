"""The demo's cast as it was, for everyone at once: whoever is signed in as one of them stays so."""

from django.db import OperationalError, connection, transaction

from backend.accounts.models import RefreshToken, Session, User
from backend.common import db
from backend.common.errors import NotFound
from backend.config.demo.seed import seed

_ATTEMPTS = 3
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('sandbox reset', 0))"
_DEADLOCK, _LOCK_TIMEOUT = "40P01", "55P03"


def reset() -> None:
    """Empty every table and seed the demo anew, the clock at real time. Simultaneous calls take turns.

    Raises NotFound where `open_sandbox` has not been run: only a database made for the demo may be emptied.
    """
    if not _is_open():
        raise NotFound
    for left in reversed(range(_ATTEMPTS)):
        try:
            return _start_over()
        except OperationalError as error:  # somebody was in the middle of a booking; that is over now
            if not left or db.sqlstate_of(error) not in (_DEADLOCK, _LOCK_TIMEOUT):
                raise
    return None


def _is_open() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('sandbox.empty_tables()') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def _start_over() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
            sessions = list(Session.objects.filter(ended_at=None))
            tokens = list(RefreshToken.objects.filter(session__ended_at=None))
            cursor.execute("SELECT sandbox.empty_tables()")
        seed()
        # The cast has the same ids whenever it is seeded, so what was given out goes on working.
        cast = set(User.objects.values_list("pk", flat=True))
        kept = {one.pk for one in Session.objects.bulk_create(one for one in sessions if one.user_id in cast)}
        RefreshToken.objects.bulk_create(one for one in tokens if one.session_id in kept)
