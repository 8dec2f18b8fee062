"""Visits that go elsewhere, change places and change hands."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.appointments.calls import VISITS
from tests.stateful.ground import MOVABLE, NINE, Ground, numbers, pick, practitioners, starts, step_of
from tests.stateful.rows import Row


class Moves(Ground):
    """What changes the place of a visit."""

    @precondition(lambda self: self.rows_in(*MOVABLE))
    @rule(number=numbers, at=starts, practitioner=practitioners, by_desk=st.booleans())
    def move(self, number: int, at: datetime, practitioner: str | None, by_desk: bool) -> None:
        visit = pick(self.rows_in(*MOVABLE), number)
        client = self.clients["desk"] if by_desk else self.owner_of(visit)
        body = {"starts_at": at.isoformat()}
        if practitioner:
            body["practitioner_id"] = str(self.person(practitioner).pk)
        answer = self.do_keyed(client, f"{VISITS}/{visit.id}/reschedule", body, about={visit.id})
        wanted = (at, self.person(practitioner).pk if practitioner else visit.practitioner_id)
        assert self.place_of(visit) == (wanted if answer.status_code == 200 else self.was(visit))

    @precondition(lambda self: len(self.rows_in(*MOVABLE)) > 1)
    @rule(number=numbers, further=numbers)
    def swap(self, number: int, further: int) -> None:
        visits = self.rows_in(*MOVABLE)
        one = pick(visits, number)
        other = pick([visit for visit in visits if visit != one], further)
        answer = self.do_keyed(self.clients["desk"], *self.asked(one, "swap", other), about={one.id, other.id})
        places = self.place_of(one), self.place_of(other)
        were = self.was(one), self.was(other)
        assert places == (were[::-1] if answer.status_code == 200 else were), "both or neither"

    @precondition(lambda self: self.rows_in(*MOVABLE))
    @rule(number=numbers, practitioner=practitioners)
    def give(self, number: int, practitioner: str | None) -> None:
        visit = pick(self.rows_in(*MOVABLE), number)
        path, body = self.asked(visit, "reassign")
        named = self.person(practitioner).pk if practitioner else None
        body["practitioner_id"] = str(named) if named else None
        answer = self.do_keyed(self.clients["desk"], path, body, about={visit.id})
        at, giver = self.place_of(visit)
        assert at == visit.starts_at
        if answer.status_code != 200:
            assert giver == visit.practitioner_id
        else:
            assert giver == named if named else giver != visit.practitioner_id

    @precondition(lambda self: self.rows_in(*MOVABLE))
    @rule(practitioner=st.sampled_from(["ims", "physio"]))
    def give_all_away(self, practitioner: str) -> None:
        """As the dry run said: all of them or none, or those that it said could be given."""
        whose = self.person(practitioner).pk
        theirs = {visit.id for visit in self.rows_in(*MOVABLE) if visit.practitioner_id == whose}
        path = f"/v1/practitioners/{whose}/reassign"
        body: dict[str, Any] = {"from_at": self.now.isoformat(), "until_at": (NINE + timedelta(days=1)).isoformat()}
        body["reason"] = "Ill"
        desk = self.clients["desk"]
        dry = self.do(lambda: desk.call("POST", path, body, query={"dry_run": "true"}), about=theirs)
        assert dry.status_code == 200, dry.content
        told = {one["appointment_id"]: one["practitioner_id"] for one in dry.json()["results"]}
        assert {str(key) for key in theirs if self.rows[key].starts_at > self.now} == set(told)
        able = [key for key, to in told.items() if to]
        answer = self.do(lambda: desk.post(path, body), about=theirs)
        assert (answer.status_code == 200) == (len(able) == len(told)), answer.content
        if answer.status_code != 200 and able:
            answer = self.do(lambda: desk.post(path, {**body, "appointment_ids": able}), about=theirs)
            assert answer.status_code == 200, answer.content
        given = {str(key): str(self.rows[key].practitioner_id) for key in theirs}
        assert {key: given[key] for key in able} == {key: told[key] for key in able}

    def asked(self, visit: Row, to: str, other: Row | None = None) -> tuple[str, dict[str, Any]]:
        """Path and body."""
        path, body = step_of(visit, to, other)
        return path, body or {}

    def was(self, visit: Row) -> tuple[Any, ...]:
        """When and with whom it was."""
        return visit.starts_at, visit.practitioner_id

    def place_of(self, visit: Row) -> tuple[Any, ...]:
        """When and with whom it is now."""
        return self.was(self.rows[visit.id])
