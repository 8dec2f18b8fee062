"""What patients and the desk do with holds and visits."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.appointments.calls import HOLDS, VISITS
from tests.stateful.ground import (
    STATES,
    Ground,
    bodies,
    numbers,
    patients,
    pick,
    practitioners,
    services,
    starts,
    step_of,
)
from tests.stateful.rows import LEGAL


class Deeds(Ground):
    """Holding, booking, and one visit's life."""

    @rule(patient=patients, service=services, at=starts, practitioner=practitioners)
    def hold(self, patient: str, service: str, at: datetime, practitioner: str | None) -> None:
        self.do_keyed(self.clients[patient], HOLDS, self.wanted(service, at, practitioner, patient))

    @rule(service=services, at=starts, practitioner=practitioners)
    def hold_for_nobody_yet(self, service: str, at: datetime, practitioner: str | None) -> None:
        self.do_keyed(self.clients["desk"], HOLDS, self.wanted(service, at, practitioner, None))

    @rule(patient=patients, service=services, at=starts, practitioner=practitioners, by_desk=st.booleans())
    def book(self, patient: str, service: str, at: datetime, practitioner: str | None, by_desk: bool) -> None:
        client = self.clients["desk" if by_desk else patient]
        self.do_keyed(client, VISITS, self.wanted(service, at, practitioner, patient))

    @precondition(lambda self: self.rows_in("held"))
    @rule(number=numbers, patient=patients)
    def book_hold(self, number: int, patient: str) -> None:
        hold = pick(self.rows_in("held"), number)
        body = {"hold_id": str(hold.id)}
        if hold.patient_id is None:
            body["patient_id"] = str(getattr(self.cast, patient).pk)
        answer = self.do_keyed(self.owner_of(hold), VISITS, body, about={hold.id})
        has_run_out = hold.hold_expires_at is not None and hold.hold_expires_at <= self.now
        assert not (has_run_out and answer.status_code == 201)
        assert not has_run_out or answer.json()["code"] == "hold_expired"

    @precondition(lambda self: self.rows_in("held"))
    @rule(number=numbers)
    def let_go(self, number: int) -> None:
        hold = pick(self.rows_in("held"), number)
        answer = self.do(lambda: self.owner_of(hold).delete(f"{HOLDS}/{hold.id}"), about={hold.id})
        assert answer.status_code == 204

    @precondition(lambda self: self.rows_in("held"))
    @rule(number=numbers)
    def extend(self, number: int) -> None:
        hold = pick(self.rows_in("held"), number)
        self.do(lambda: self.owner_of(hold).post(f"{HOLDS}/{hold.id}/extend"), about={hold.id})

    @precondition(lambda self: self.visits)
    @rule(number=numbers, to=st.sampled_from(list(STATES)))
    def step(self, number: int, to: str) -> None:
        visit = pick(self.visits, number)
        client = self.owner_of(visit) if to in ("confirm", "cancel") and number % 2 else self.clients["desk"]
        answer = self.do(lambda: client.post(*step_of(visit, to)), about={visit.id})
        state = STATES[to]
        if (visit.status, state) not in LEGAL:
            assert answer.status_code in (403, 409), answer.content
        if answer.status_code == 200:
            assert answer.json()["status"] == state
        elif to in ("confirm", "check-in", "start", "complete") and (visit.status, state) in LEGAL:
            raise AssertionError(answer.content)

    @precondition(lambda self: self.visits)
    @rule(number=numbers, note=st.sampled_from(["", "Bring the scan", "No lift"]))
    def note(self, number: int, note: str) -> None:
        visit = pick(self.visits, number)
        path, client = f"{VISITS}/{visit.id}", self.clients["desk"]
        shown = client.get(path).json()
        answer = self.do(lambda: client.patch(path, {"note": note}, if_match=shown["etag"]), about={visit.id})
        is_closed = visit.status in ("cancelled", "no_show", "completed") and note != shown["note"]
        assert answer.status_code == (409 if is_closed else 200), answer.content

    @precondition(lambda self: self.sent)
    @rule(number=numbers, other_body=st.booleans())
    def retry(self, number: int, other_body: bool) -> None:
        request, before = pick(self.sent, number), self.rows
        body = {**request.body, "note": "else"} if other_body else request.body
        answer = self.do(lambda: request.send(body), about=request.about)
        if not request.made:
            request.made = [one["id"] for one in bodies(answer)]
            request.body = body if request.made else request.body
            return
        assert self.rows == before, "one key, one effect"
        if other_body:
            assert answer.status_code in (400, 422), answer.content
        else:
            assert answer.status_code < 300, answer.content
            assert answer["Idempotent-Replayed"] == "true"
            assert [one["id"] for one in bodies(answer)] == request.made

    @precondition(lambda self: any(len(tags) > 1 for tags in self.tags.values()))
    @rule(number=numbers, to=st.sampled_from(["confirm", "check-in", "cancel", "reschedule", "reassign", "swap"]))
    def come_too_late(self, number: int, to: str) -> None:
        """With the tag of a version that is no more."""
        changed = [visit for visit in self.visits if len(self.tags.get(visit.id, ())) > 1]
        if not changed:
            return
        visit, desk = pick(changed, number), self.clients["desk"]
        others = [other for other in self.visits if other != visit]
        if to == "swap" and not others:
            return
        path, body = step_of(visit, to, pick(others, number) if others else None)
        stale = self.tags[visit.id][0]
        answer = self.do(lambda: desk.post(path, body, if_match=stale), about={visit.id})
        assert answer.status_code == 412, answer.content
