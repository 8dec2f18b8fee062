"""What every deed of the state machine goes through, and what it has to work with."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from backend.practitioners.models import Practitioner
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, wish
from tests.appointments.stopped_clock import stop_clock
from tests.cast import Cast
from tests.stateful.rows import Row, check_change, read_rows

# A Monday at eight in Coquitlam; all that is booked is on that Tuesday.
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
NINE = datetime(2026, 11, 24, 16, tzinfo=UTC)
STARTS = [NINE + timedelta(minutes=15 * n) for n in (0, 1, 2, 4, 5, 6, 30, 31)]
MOVABLE = ("booked", "confirmed")
STATES = {
    "confirm": "confirmed",
    "check-in": "checked_in",
    "start": "in_progress",
    "complete": "completed",
    "no-show": "no_show",
    "cancel": "cancelled",
}
T = TypeVar("T")

numbers = st.integers(0, 99)
starts = st.sampled_from(STARTS)
services = st.sampled_from(["physio_follow_up", "physio_initial"])
practitioners = st.sampled_from(["ims", "physio", None])
patients = st.sampled_from(["patient", "parent", "child"])


def pick(some: Sequence[T], number: int) -> T:
    """One of them."""
    return some[number % len(some)]


def bodies(answer: Any) -> list[dict[str, Any]]:
    """The visits or the hold that a success answer shows."""
    if answer.status_code >= 400 or not answer.content:
        return []
    body = answer.json()
    return [body] if "id" in body else [one for one in body.values() if isinstance(one, dict)]


def step_of(visit: Row, to: str, other: Row | None = None) -> tuple[str, dict[str, Any] | None]:
    """Path and body of a step or move; a swap needs the other."""
    usual: dict[str, dict[str, Any]] = {
        "cancel": {"reason_code": "other"},
        "reschedule": {"starts_at": STARTS[0].isoformat()},
        "reassign": {"practitioner_id": None, "reason": "Ill"},
        "swap": {"with_appointment_id": str(other.id) if other else "", "reason": "They asked"},
    }
    return f"{VISITS}/{visit.id}/{to}", usual.get(to)


@dataclass
class Keyed:
    """A request with a key, the rows it is about (none: it makes one), and those that its success answer shows."""

    client: ApiClient
    path: str
    body: dict[str, Any]
    about: frozenset[uuid.UUID] = frozenset()
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    made: list[str] = field(default_factory=list)

    def send(self, body: dict[str, Any] | None = None) -> Any:
        """Send it, once more perhaps, or something else under its key."""
        return self.client.post(self.path, body or self.body, key=self.key)


class Ground(RuleBasedStateMachine):
    """Each example begins with an empty calendar and is taken back at its end."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast, self.now = cast, NOW
        self.undoing = transaction.atomic()
        self.undoing.__enter__()
        stop_clock(NOW)
        self.clients = {name: api(getattr(cast, name)) for name in ("patient", "parent", "cleared", "ims", "owner")}
        self.clients |= {"desk": api(cast.desk_coquitlam), "manager": api(cast.manager_coquitlam)}
        self.clients["child"] = self.clients["parent"]
        self.rows = read_rows()
        self.tags: dict[uuid.UUID, list[str]] = {}
        self.sent: list[Keyed] = []
        self.away: list[str] = []

    def teardown(self) -> None:
        """Take everything back."""
        transaction.set_rollback(True)
        self.undoing.__exit__(None, None, None)

    def do(self, act: Callable[[], Any], *, about: Iterable[uuid.UUID] = ()) -> Any:
        """Do it. What is refused changes nothing; what succeeds changes what it is about, and holds that ran out."""
        before, answer, about = self.rows, act(), frozenset(about)
        after = self.rows = read_rows()
        changed = [row for row in after.values() if row != before.get(row.id)]
        assert before.keys() <= after.keys()
        assert answer.status_code < 500, answer.content
        if answer.status_code >= 400:
            assert changed == [], answer.content
        for row in changed:
            check_change(before.get(row.id), row)
            if row.id in before and row.id not in about:
                self.check_run_out(before[row.id], row)
        assert sum(row.id not in before for row in changed) <= int(not about)
        for body in bodies(answer):
            tags = self.tags.setdefault(uuid.UUID(body["id"]), [])
            tags += [body["etag"]] if "etag" in body and body["etag"] not in tags else []  # a replay shows the same
        return answer

    def do_keyed(self, client: ApiClient, path: str, body: dict[str, Any], *, about: Iterable[uuid.UUID] = ()) -> Any:
        """Do it under a key that may be sent again later."""
        request = Keyed(client, path, body, frozenset(about))
        self.sent.append(request)
        answer = self.do(request.send, about=request.about)
        request.made = [one["id"] for one in bodies(answer)]
        return answer

    def check_run_out(self, before: Row, after: Row) -> None:
        """A hold that nobody let go has run out."""
        assert (before.status, after.status) == ("held", "expired"), (before, after)
        assert before.hold_expires_at is not None
        assert before.hold_expires_at <= self.now

    def rows_in(self, *statuses: str) -> list[Row]:
        """The visits or holds in these states, in a lasting order."""
        return sorted((row for row in self.rows.values() if row.status in statuses), key=lambda row: row.id)

    @property
    def visits(self) -> list[Row]:
        """What is no hold."""
        return self.rows_in(*STATES.values(), "booked")

    def owner_of(self, row: Row) -> ApiClient:
        """The client of the patient, or of who looks after them."""
        names = {getattr(self.cast, name).pk: name for name in ("patient", "parent", "child")}
        return self.clients[names[row.patient_id]] if row.patient_id in names else self.clients["desk"]

    def person(self, practitioner: str) -> Practitioner:
        """One of the two who work there."""
        who: Practitioner = getattr(self.cast, practitioner)
        return who

    def wanted(self, service: str, at: datetime, practitioner: str | None, patient: str | None) -> dict[str, Any]:
        """The body of a hold or booking."""
        whom = {"patient_id": getattr(self.cast, patient)} if patient else {}
        who = {"practitioner_id": self.person(practitioner)} if practitioner else {}
        return wish(getattr(self.cast, service), self.cast.coquitlam, at, **whom, **who)
