"""Dates on the live server's calendar on which one massage alone can be had, and crowds that wait for it."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from tests.concurrency import ledger
from tests.concurrency.crowd import Answer, Caller, newcomers
from tests.concurrency.starts import Start, every_start
from tests.live import LiveApi, wait_for

_FIRST_DAY, _DAYS = 60, 62
# The giver is away on that date but for the visit and its buffers.
_LEAVE_ONE = """
    INSERT INTO practitioners_timeoff
        (id, practitioner_id, first_date, last_date, from_minute, until_minute, reason, version)
    SELECT gen_random_uuid(), %(giver)s, %(day)s, %(day)s, runs.begin, runs.until, '', 1
    FROM clinics_service s, LATERAL (VALUES (0, %(minute)s - s.before_minutes),
        (%(minute)s + s.duration_minutes + s.after_minutes, 1440)) AS runs (begin, until)
    WHERE s.code = 'massage'
"""
_OPEN = """
    SELECT o.id, o.entry_id, o.hold_id, a.status FROM appointments_waitlistoffer o
    JOIN appointments_appointment a ON a.id = o.hold_id WHERE o.status = 'open' AND a.starts_at = %s
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody of the crowd, and the entry."""

    caller: Caller
    entry_id: str


class OneStartDays:
    """Hands out starts, each the only one of its date. Not for several threads."""

    def __init__(self, api: LiveApi) -> None:
        self.api = api
        self._left = self._days()

    def next(self) -> Start:
        """The only start of another date."""
        start = next(self._left)
        day, _, time = start.starts_at.partition("T")
        minute = int(time[:2]) * 60 + int(time[3:5])
        with_giver = {"giver": start.practitioner_ids[0], "day": day, "minute": minute}
        ledger.write_named(self.api, _LEAVE_ONE, with_giver)
        return start

    def _days(self) -> Iterator[Start]:
        found = every_start(self.api, "massage", _FIRST_DAY, _DAYS)
        for _, of_day in groupby((start for start, _ in found), key=lambda start: start.starts_at[:10]):
            yield list(of_day)[3]  # not the first, so that there is time to take away on both sides


def let_wait(api: LiveApi, start: Start, count: int) -> list[Waiting]:
    """So many newcomers who wait for the date of a start, in this order."""
    return [wait_with(start, caller) for caller in newcomers(api, count)]


def wait_with(start: Start, caller: Caller, **more: Any) -> Waiting:
    """Somebody waits for the date of a start, or what else is said."""
    day = start.starts_at[:10]
    usual = {"clinic_ids": [start.clinic_id], "windows": [{"first_date": day, "last_date": day}]}
    answer = caller.post("waitlist-entries", {"service_id": start.service_id, **usual, **more})
    assert answer.status == 201, answer.data
    return Waiting(caller, answer.data["id"])


def open_offers(api: LiveApi, start: Start) -> list[tuple[str, str, str, str]]:
    """The open offers of a start: offer, entry, hold, and where the hold stands."""
    return [tuple(map(str, row)) for row in ledger.rows(api, _OPEN, start.starts_at)]  # type: ignore[misc]


def wait_for_offer(api: LiveApi, start: Start, to: Waiting) -> tuple[str, str]:
    """The one open offer of a start, once it is somebody's: offer and hold."""
    wait_for(lambda: [entry for _, entry, _, _ in open_offers(api, start)] == [to.entry_id])
    [(offer, _, hold, status)] = open_offers(api, start)
    assert status == "held"
    return offer, hold


def run_out(api: LiveApi, hold_id: str) -> None:
    """Let a hold, and the offer with it, have ended a second ago."""
    past = "UPDATE appointments_appointment SET hold_expires_at = now() - interval '1 second' WHERE id = %s"
    ledger.write(api, past, hold_id)


def sweep(api: LiveApi) -> None:
    """Have the worker release what has run out, as it does every minute."""
    job = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, '{\"timestamp\": 0}')"
    ledger.write(api, job, "appointments.sweep_holds")


def twins(caller: Caller, path: str, count: int) -> list[Callable[[], Answer]]:
    """The same person asking the same at once, each on a connection of their own."""
    return [partial(caller.twin().post, path, key=secrets.token_hex(8)) for _ in range(count)]


def look(api: LiveApi, start: Start, times: int, day: str | None = None) -> None:
    """Leave behind that many rounds of the date at once, as if as many events had freed it."""
    day = day or start.starts_at[:10]
    job = """INSERT INTO procrastinate_jobs (queue_name, task_name, args)
             SELECT 'default', 'appointments.offer_free_time',
                    jsonb_build_object('clinic_id', %s::text, 'first', %s::text, 'last', %s::text)
             FROM generate_series(1, %s)"""
    ledger.write(api, job, start.clinic_id, day, day, times)


def nothing_waits(api: LiveApi) -> bool:
    """Whether the worker has done all that is due."""
    due = """SELECT count(*) FROM procrastinate_jobs
             WHERE status = 'doing' OR status = 'todo' AND coalesce(scheduled_at, now()) <= now()"""
    count: int = ledger.rows(api, due)[0][0]
    return count == 0
