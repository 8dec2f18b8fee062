"""Who comes too late for a start: what they read, what they are told, and how long they may be kept waiting."""

from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from backend.appointments.actions import alternatives, door, take
from backend.appointments.actions.glance import glance
from backend.appointments.availability.gather import gather
from backend.appointments.errors import SlotTaken
from backend.clinics.models import Room
from backend.common.errors import Unavailable
from backend.patients.models import Patient
from tests.appointments.calls import VISITS, api, refusal, rules, wish
from tests.appointments.rows import add_visit
from tests.cast import TUE, Cast

Overtake = Callable[[Patient], list[Any]]
FOREVER = 3600.0


@pytest.fixture
def overtaken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Overtake:
    """Once the start was found free, and before the locks are had, it becomes a visit of that patient. Returns what
    is read of all facts."""

    def by(patient: Patient) -> list[Any]:
        read = list[Any]()

        def look_slowly(**asked: Any) -> Any:
            monkeypatch.setattr(take, "glance", glance)
            seen = glance(**asked)
            room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
            start = cast.at(cast.coquitlam, TUE, "15:00")
            add_visit(service=cast.physio_follow_up, practitioner=cast.ims, room=room, patient=patient, starts_at=start)
            return seen

        def gather_noted(question: Any) -> Any:
            read.append(question)
            return gather(question)

        monkeypatch.setattr(take, "glance", look_slowly)
        monkeypatch.setattr(take, "gather", gather_noted)
        return read

    return by


def book(cast: Cast, who: Patient | None = None) -> Any:
    wanted = wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, TUE, "15:00"))
    return api(who or cast.patient).post(VISITS, {**wanted, "practitioner_id": str(cast.ims.pk)}, key="k")


@pytest.mark.parametrize(("waited", "reads"), [(-1.0, 0), (FOREVER, 1)])
def test_who_had_to_wait_is_refused_at_a_glance(
    cast: Cast, overtaken: Overtake, monkeypatch: pytest.MonkeyPatch, waited: float, reads: int
) -> None:
    """By the same answer, without reading all facts while others wait."""
    monkeypatch.setattr(take, "WAITED", waited)
    read = overtaken(cast.parent)
    answer = book(cast)
    assert (refusal(answer), rules(answer)[0]) == ((409, "slot_taken"), "practitioner_busy")
    assert len(answer.json()["alternatives"]) == 3
    assert len(read) == reads


def test_who_lost_to_their_own_visit_is_told_so(
    cast: Cast, overtaken: Overtake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "WAITED", -1.0)
    overtaken(cast.patient)
    assert refusal(book(cast)) == (409, "patient_overlap")


def test_who_waited_and_did_not_lose_gets_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take, "WAITED", -1.0)
    assert book(cast).status_code == 201


def test_who_comes_too_late_reads_all_facts_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """What refuses them tells the alternatives, too; whoever is free is asked behind the locks alone."""
    read: list[Any] = []

    def gather_noted(question: Any) -> Any:
        read.append(question)
        return gather(question)

    monkeypatch.setattr(take, "gather", gather_noted)
    monkeypatch.setattr(alternatives, "gather", gather_noted)
    assert book(cast).status_code == 201
    assert len(read) == 1
    late = book(cast, cast.parent)
    assert (refusal(late), len(read)) == ((409, "slot_taken"), 2)


def test_who_lost_slowly_asks_for_nobody_else(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else another wait could follow upon those that used up all patience."""
    tried, began = list[Any](), monotonic()

    def lose_slowly(_wish: Any, candidate: Any, _write: Any) -> None:
        tried.append(candidate)
        monkeypatch.setattr(door, "monotonic", lambda: began + 60.0)
        raise SlotTaken

    monkeypatch.setattr(take, "_attempt", lose_slowly)
    wanted = wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, TUE, "15:00"))
    assert refusal(api(cast.patient).post(VISITS, wanted, key="k")) == (409, "slot_taken")
    assert len(tried) == 1


@pytest.mark.django_db
def test_no_wait_begins_that_could_outlast_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt waits for its locks as long as it may; the answer comes within two and a half seconds."""
    now, tries = 0.0, 0

    def pass_by(seconds: float) -> None:
        nonlocal now
        now += seconds

    def wait_in_vain() -> None:
        nonlocal tries
        tries += 1
        pass_by(door.LOCK_SECONDS)
        raise OperationalError from psycopg.errors.LockNotAvailable()

    monkeypatch.setattr(door, "monotonic", lambda: now)
    monkeypatch.setattr(door, "sleep", pass_by)
    with pytest.raises(Unavailable):
        door.Patience().run(wait_in_vain)
    assert (tries, now <= 2.5) == (3, True)
