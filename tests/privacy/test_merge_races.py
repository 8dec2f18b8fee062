"""Two approve at once, or somebody enters something for the duplicate meanwhile; and what each guard is good for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections

from backend.appointments.actions import book_appointment as booking
from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.patients.actions import answer_screening as answering
from backend.patients.models import Patient, Screening
from backend.privacy.actions import approve_merge as approving
from backend.privacy.models import MergedRow, PatientMerge
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, refusal, wish
from tests.cast import MON, Cast
from tests.clinics.test_setup_races import at_once
from tests.patients.answers import answers, screenings_of
from tests.privacy.merging import MERGES, propose

pytestmark = pytest.mark.django_db(transaction=True)
GUARD = "ALTER TABLE appointments_appointment {} TRIGGER appointments_appointment_patient_is_not_merged"
PATIENCE = 30  # seconds after which a test gives up; nothing waits that long


@pytest.fixture
def approve(cast: Cast) -> list[Callable[[], Any]]:
    """Two who are about to approve the same merge."""
    path = f"{MERGES}/{propose(cast, cast.cleared, cast.child)['id']}/approve"
    tokens = [api(one).token for one in (cast.manager_coquitlam, cast.owner)]
    return [lambda token=token: ApiClient(token).post(path, if_match="*") for token in tokens]  # type: ignore[misc]


def test_of_two_approvals_at_once_one_is_carried_out(approve: list[Callable[[], Any]]) -> None:
    assert at_once(*approve) == [200, 409]
    assert AuditEntry.objects.filter(action="merge.approved").count() == 1


def test_without_locks_both_are(approve: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read it as it was before; what the second finds nothing left to move of is recorded as done again."""
    read = PatientMerge.objects.select_related("survivor", "duplicate").get()
    monkeypatch.setattr(approving, "lock_merge", lambda *_, **__: copy(read))
    monkeypatch.setattr(approving, "require_not_merged", lambda _patient: None)
    assert [one().status_code for one in approve] == [200, 200]
    assert AuditEntry.objects.filter(action="merge.approved").count() == 2


def book_during_the_merge(cast: Cast, approve: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The desk's booking for the child has passed its first look when the merge begins, and goes on when it is over."""
    token = api(cast.desk_coquitlam).token
    at = cast.at(cast.coquitlam, MON, "10:00")
    body = wish(cast.physio_follow_up, cast.coquitlam, at, patient_id=cast.child)
    whom = booking.whom  # type: ignore[attr-defined]

    def look_and_wait(*args: Any, **named: Any) -> Any:
        found = whom(*args, **named)
        assert approve().status_code == 200
        return found

    monkeypatch.setattr(booking, "whom", look_and_wait)
    return ApiClient(token).post(VISITS, body, key="during")


def test_a_booking_that_looked_before_the_merge_is_refused(
    cast: Cast, approve: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = book_during_the_merge(cast, approve[0], monkeypatch)
    assert refusal(refused) == (409, "patient_merged")
    assert not Appointment.objects.exists()


def test_without_the_trigger_the_duplicate_gets_a_visit(
    cast: Cast, approve: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with without(GUARD):
        assert book_during_the_merge(cast, approve[0], monkeypatch).status_code == 201
    assert Appointment.objects.get().patient_id == cast.child.pk


@contextmanager
def without(trigger: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(trigger.format("DISABLE"))
        yield
        cursor.execute(trigger.format("ENABLE"))


def answer_during_the_merge(cast: Cast, approve: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Answers of the child are written and not yet committed when the merge begins; they are once it waits, or is
    over."""
    token = api(cast.desk_coquitlam).token
    written, merging = Event(), Event()
    publish = answering.publish  # type: ignore[attr-defined]
    told: list[int] = []

    def write_and_wait(event: Any) -> None:
        publish(event)
        written.set()
        assert merging.wait(PATIENCE)

    def run(call: Callable[[], Any]) -> None:
        told.append(call().status_code)
        connections.close_all()

    monkeypatch.setattr(answering, "publish", write_and_wait)
    entering = Thread(target=run, args=[lambda: ApiClient(token).post(screenings_of(cast.child), answers())])
    entering.start()
    assert written.wait(PATIENCE)
    carrying_out = Thread(target=run, args=[approve])
    carrying_out.start()
    wait_until_somebody_waits_for(carrying_out)
    merging.set()
    for thread in (entering, carrying_out):
        thread.join(PATIENCE)
    return sorted(told)


def wait_until_somebody_waits_for(thread: Thread) -> None:
    """Until the database says that a statement waits for a lock, or the thread is done."""
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return


def test_answers_in_flight_are_waited_for_and_move_too(
    cast: Cast, approve: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer_during_the_merge(cast, approve[0], monkeypatch) == [200, 201]
    assert not Screening.objects.filter(patient=cast.child).exists()
    assert MergedRow.objects.filter(table="patients.screening", deed="moved").count() == 2
    assert Screening.objects.filter(patient=cast.cleared, superseded_at=None).count() == 1


def test_without_the_lock_on_the_records_they_are_left_behind(
    cast: Cast, approve: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approving, "_keep_others_out", lambda _both: None)
    answer_during_the_merge(cast, approve[0], monkeypatch)
    assert Patient.objects.get(pk=cast.child.pk).merged_into_id == cast.cleared.pk
    assert Screening.objects.filter(patient=cast.child).exists()
