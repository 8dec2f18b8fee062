"""Free starts of a live server's calendar, none given twice, none overlapping another of the same service."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.concurrency.crowd import Caller
from tests.concurrency.ledger import rows
from tests.live import LiveApi

# Beyond the weeks that the demo fills, within the horizon of every clinic. Each service has days of its own, so that
# nobody who won a massage is busy when a race for something else begins.
DAYS = {"massage": range(60, 105, 15), "physio-follow-up": range(105, 150, 15)}
LAST_DAY = 150
MARGIN_MINUTES = 15  # more than all buffers of a visit

Wanted = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """A start, and who could give the visit."""

    service_id: str
    clinic_id: str
    starts_at: str
    practitioner_ids: tuple[str, ...]

    @property
    def wanted(self) -> Wanted:
        """The body of createHold and createAppointment, with the first practitioner."""
        return self.of(self.practitioner_ids[0])

    def of(self, practitioner_id: str) -> Wanted:
        """The same with one practitioner in particular."""
        return {**self.of_anyone, "practitioner_id": practitioner_id}

    @property
    def of_anyone(self) -> Wanted:
        """The same, whoever is free."""
        return {"service_id": self.service_id, "clinic_id": self.clinic_id, "starts_at": self.starts_at}


class Starts:
    """Hands out starts at Coquitlam in the order of time. Not for several threads."""

    def __init__(self, api: LiveApi) -> None:
        self.api = api
        self._left: dict[str, Iterator[Start]] = {}

    def next(self, service: str = "massage", *, givers: int = 1) -> Start:
        """The next start that so many practitioners could give."""
        left = self._left.setdefault(service, _apart(self.api, service))
        return next(start for start in left if len(start.practitioner_ids) >= givers)


def every_start(api: LiveApi, service: str, first_day: int, days: int) -> Iterator[tuple[Start, timedelta]]:
    """Every free start at Coquitlam on these days from today, with the length of the visit."""
    [(clinic_id,)] = rows(api, "SELECT id FROM clinics_clinic WHERE slug = 'coquitlam'")
    first = datetime.now(UTC).date() + timedelta(days=first_day)
    asked = {"service": service, "clinic": clinic_id, "from_date": first, "to_date": first + timedelta(days=days - 1)}
    path, caller = f"slots?{urlencode({**asked, 'limit': 100})}", Caller(api)
    # Like any client: connections that a test before this one cut may cost a 503 each.
    answer = next(one for one in (caller.call("GET", path) for _ in range(20)) if one.status != 503)
    assert (answer.status, answer.data["next_cursor"]) == (200, None), answer.data
    length = timedelta(minutes=answer.data["duration_minutes"])
    for slot in (slot for day in answer.data["results"] for slot in day["slots"]):
        givers = tuple(slot["practitioner_ids"])
        yield Start(answer.data["service_id"], str(clinic_id), slot["starts_at"], givers), length


def _apart(api: LiveApi, service: str) -> Iterator[Start]:
    free_from = datetime.min.replace(tzinfo=UTC)
    for day in DAYS[service]:
        for start, length in every_start(api, service, day, DAYS[service].step):
            if (at := datetime.fromisoformat(start.starts_at)) >= free_from:
                free_from = at + length + timedelta(minutes=MARGIN_MINUTES)
                yield start
