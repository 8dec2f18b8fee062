"""An id that is not the caller's, put anywhere in a body or a query, is answered as an absent one and changes nothing.

The path is the matter of test_matrix.py.
"""

from unittest import mock

import pytest

from backend.appointments.querysets import AppointmentQuerySet
from backend.patients.querysets import PatientQuerySet
from tests.policy import trial
from tests.policy.calls import CALLS, Operation, Sent, operations
from tests.policy.ids import KINDS
from tests.policy.shapes import Place, members, parameters
from tests.policy.table import ALLOW, Policy
from tests.policy.tokenless import TOKENLESS
from tests.policy.traces import fingerprint, undone
from tests.policy.trial import KNOWN, Trial
from tests.policy.world import World

PLACES = {
    name: places
    for name, operation in operations().items()
    if (places := [place for place in (*members(operation), *parameters(operation)) if place.is_id])
}
STANDS_FOR_ALL = {"patient", "practitioner", "desk", "manager", "owner"}
"""Who tries what everybody may know of."""
NOBODY = TOKENLESS - {"visitor"}
"""Their token is refused before anything is read."""


@pytest.fixture(scope="module")
def world(fixed_world: World) -> World:
    """With something that each filter finds."""
    for desk, whose in (("desk", "desk_coquitlam"), ("other_desk", "desk_langley")):
        assert (
            fixed_world.clients[desk].get(f"/v1/patients/{fixed_world.person(desk, 'same_clinic')}").status_code == 200
        )
        mine = {"assignee_id": str(getattr(fixed_world.cast, whose).pk)}
        task = f"/v1/tasks/{fixed_world.task(desk, 'same_clinic')}/assign"
        assert fixed_world.clients[desk].post(task, mine).status_code == 200
    return fixed_world


def test_every_id_that_a_request_takes_is_of_a_known_kind() -> None:
    odd = {f"{name} {place}" for name, places in PLACES.items() for place in places if place.name not in KINDS}
    assert not odd, "ids.py says what it names"
    assert set(KINDS) == {place.name for places in PLACES.values() for place in places}
    assert all(name in PLACES and where in map(str, PLACES[name]) for name, where in KNOWN)


@pytest.mark.parametrize("name", PLACES)
def test_no_foreign_id_is_told_from_an_absent_one(world: World, policy: Policy, name: str) -> None:
    found = leaks(world, policy, operations()[name], PLACES[name])
    assert not found, "\n".join(found[:20])


def leaks(world: World, policy: Policy, operation: Operation, places: list[Place]) -> list[str]:
    """What the ids of others tell or change, and the places where no id whatever is looked at."""
    faults: list[str] = []
    with undone():
        CALLS[operation.id].prepare(world)
        before = fingerprint()
        for place in places:
            is_read = False
            for actor in _actors(policy, place):
                sent = _call(world, policy, operation, actor, place)
                if sent is None:
                    continue
                one = Trial(world, operation, place, actor, sent, before)
                faults += one.faults(is_read)
                is_read = is_read or one.is_read
            if not is_read:
                faults.append(f"{operation.id} {place}: what is there is answered as what is not, to everybody")
    return faults


def _actors(policy: Policy, place: Place) -> list[str]:
    among = STANDS_FOR_ALL if KINDS[place.name].why_public else set(policy.actors) - NOBODY
    return [actor for actor in policy.actors if actor in among]


def _call(world: World, policy: Policy, operation: Operation, actor: str, place: Place) -> Sent | None:
    """A call that succeeds, if the actor has one; rather one that sends something in this place."""
    cells = [cell for cell in policy.cells(operation.id) if cell.actor == actor]
    cells = [cell for cell in cells if cell.verdict == ALLOW] or cells[:1]
    calls = [CALLS[operation.id].aim(world, actor, cell.target) for cell in cells]
    return next((sent for sent in calls if place.value(sent) is not None), calls[0] if calls else None)


UNGUARDED = [
    pytest.param(PatientQuerySet, "visible_to", "createHold", "/patient_id", id="patients"),
    pytest.param(AppointmentQuerySet, "visible_to", "listSlots", "?appointment", id="visits"),
    pytest.param(AppointmentQuerySet, "holds_of", "createAppointment", "/hold_id", id="holds"),
]


@pytest.mark.parametrize(("scope", "method", "name", "where"), UNGUARDED)
def test_without_a_scope_an_id_tells(
    world: World, policy: Policy, monkeypatch: pytest.MonkeyPatch, scope: type, method: str, name: str, where: str
) -> None:
    monkeypatch.setattr(trial, "asking", lambda: mock.patch.object(scope, method, lambda self, *_, **__: self))
    places = [place for place in PLACES[name] if str(place) == where]
    assert any("differs" in fault for fault in leaks(world, policy, operations()[name], places))
