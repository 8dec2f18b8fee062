"""A clinic's day as a state machine over HTTP: whatever is done to it in whatever order, the promises hold."""

from datetime import datetime

from hypothesis.stateful import invariant

from tests.appointments.calls import VISITS
from tests.appointments.searching import days_of, starts_of
from tests.cast import Cast
from tests.policy.traces import undone
from tests.stateful.around import Around
from tests.stateful.deeds import Deeds
from tests.stateful.ground import STARTS, Keyed
from tests.stateful.moves import Moves
from tests.stateful.rows import check_overlaps, check_promises


class Day(Deeds, Moves, Around):
    """All that can be done, and what is true after each step."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.steps = 0

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        check_overlaps(self.rows)

    @invariant()
    def promises_are_kept(self) -> None:
        check_promises(self.rows)

    @invariant()
    def each_visit_is_shown_once_where_it_is(self) -> None:
        query = {"clinic": self.cast.coquitlam.pk, "limit": 100}
        shown = self.clients["desk"].get(VISITS, query).json()
        assert shown["next_cursor"] is None
        told = [(one["id"], one["status"], datetime.fromisoformat(one["starts_at"])) for one in shown["results"]]
        assert sorted(told) == sorted((str(row.id), row.status, row.starts_at) for row in self.visits)

    @invariant()
    def what_is_offered_can_be_booked_and_nothing_else(self) -> None:
        """Of all that could be asked for, one at a time, and by whom it is asked in turn. Explain says the same."""
        self.steps += 1
        patient = ("cleared", "patient", "parent")[self.steps % 3]
        service = ("physio_follow_up", "physio_initial")[self.steps % 2]
        at, who = STARTS[self.steps * 5 % len(STARTS)], ("ims", "physio", None)[self.steps // 2 % 3]
        client, code = self.clients[patient], getattr(self.cast, service).code
        clinic = self.cast.coquitlam.pk
        day = {"service": code, "clinic": clinic, "from_date": "2026-11-24", "to_date": "2026-11-24"}
        offered = starts_of(days_of(client, **day)).get(at, set())
        is_offered = str(self.person(who).pk) in offered if who else bool(offered)
        with undone():
            answer = Keyed(client, VISITS, self.wanted(service, at, who, None)).send()
        assert (answer.status_code == 201) == is_offered, (patient, service, at, who, answer.content)
        start = {"service": code, "clinic": clinic, "starts_at": at.isoformat()}
        named = {"practitioner": self.person(who).pk} if who else {}
        why = client.get("/v1/slots/explain", {**start, **named}).json()
        assert why["bookable"] == is_offered, (patient, service, at, who, why)
