"""What a change of answer, or a consent taken back, means for visits that are booked: they stay, somebody is asked."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from backend.audit.models import AuditEntry
from backend.common.models import IdempotencyReceipt
from backend.events.models import DomainEvent
from backend.patients.models import Consent, Screening
from backend.tasks.models import Task
from tests.appointments.calls import VISITS, api, book, travel, wish
from tests.appointments.rows import change
from tests.cast import TUE, Cast
from tests.jobs import run_jobs
from tests.patients.answers import answer, answers, screenings_of

pytestmark = pytest.mark.django_db
MARK = "Zebrafish-31"


@pytest.fixture
def visit(cast: Cast) -> dict[str, Any]:
    at = cast.at(cast.coquitlam, TUE, "10:00")
    return book(api(cast.cleared), wish(cast.ims_treatment, cast.coquitlam, at, practitioner_id=cast.ims))


def at_risk(cast: Cast) -> list[list[str]]:
    listed = api(cast.desk_coquitlam).get(f"/v1/clinics/{cast.coquitlam.pk}/at-risk").json()["results"]
    return [one["rules"] for one in listed]


def open_tasks(kind: str) -> list[str]:
    return [str(one.appointment_id) for one in Task.objects.filter(kind=kind, status="open")]


def go_round(name: str) -> None:
    app.tasks[name].func(timestamp=0)


def test_a_yes_after_booking_flags_the_visit_until_somebody_clears_it(cast: Cast, visit: dict[str, Any]) -> None:
    screening = answer(api(cast.cleared), cast.cleared, "pregnancy")
    run_jobs()
    assert (at_risk(cast), open_tasks("visit_at_risk")) == ([["screening_blocked"]], [visit["id"]])
    go_round("appointments.settle_at_risk")
    assert open_tasks("visit_at_risk") == [visit["id"]]
    assert api(cast.cleared).get(f"{VISITS}/{visit['id']}").json()["status"] == "booked"
    cleared = api(cast.ims).post(f"/v1/screenings/{screening['id']}/clear", {"reason": "Well."})
    assert cleared.status_code == 200
    go_round("appointments.settle_at_risk")
    assert (at_risk(cast), open_tasks("visit_at_risk")) == ([], [])


def test_a_consent_taken_back_flags_the_visit(cast: Cast, visit: dict[str, Any]) -> None:
    consent = Consent.objects.get(patient=cast.cleared)
    assert api(cast.cleared).post(f"/v1/consents/{consent.pk}/revoke").status_code == 200
    run_jobs()
    assert (at_risk(cast), open_tasks("visit_at_risk")) == ([["consent_needed"]], [visit["id"]])


def test_answers_that_run_out_before_the_visit_are_asked_for_again(cast: Cast, visit: dict[str, Any]) -> None:
    day = cast.day(cast.coquitlam, TUE)
    answered = Screening.objects.get(patient=cast.cleared)
    change(answered, valid_until=day)
    soon = cast.at(cast.coquitlam, TUE, "10:00") - timedelta(days=6)
    if soon > cast.now:
        travel(to=soon)
    go_round("appointments.ask_for_screenings")
    assert open_tasks("screening_due") == []
    change(answered, valid_until=day - timedelta(days=1))
    for _ in range(2):
        go_round("appointments.ask_for_screenings")
    assert open_tasks("screening_due") == [visit["id"]]
    change(answered, valid_until=day)
    go_round("appointments.ask_for_screenings")
    assert open_tasks("screening_due") == []


def test_no_answer_and_no_reason_leaves_the_clinical_tables(
    cast: Cast, visit: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A marked patient through all of it; then every sink is searched (D11, R16)."""
    caplog.set_level("DEBUG")
    client = api(cast.cleared)
    made = client.post(screenings_of(cast.cleared), answers("pregnancy"), key=str(uuid.uuid4())).json()
    client.post(screenings_of(cast.cleared), {**answers("pregnancy"), "questionnaire_version": 9})
    api(cast.ims).post(f"/v1/screenings/{made['id']}/clear", {"reason": MARK}, key=str(uuid.uuid4()))
    api(cast.physio).get(screenings_of(cast.cleared))
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(args::text, ' '), '') FROM procrastinate_jobs")
        jobs = cursor.fetchone()[0]
    run_jobs()
    sinks = {
        "events": json.dumps([[one.type, one.payload] for one in DomainEvent.objects.all()]),
        "audit": json.dumps([[one.action, one.before, one.after, one.reason] for one in AuditEntry.objects.all()]),
        "tasks": " ".join(task.text for task in Task.objects.all()),
        "receipts": " ".join(bytes(one.body or b"").decode() for one in IdempotencyReceipt.objects.all()),
        "jobs": jobs,
        "log": caplog.text,
    }
    assert "screening.answered" in sinks["audit"]
    assert "screening" in sinks["log"]
    for name, text in sinks.items():
        for secret in (MARK, "pregnan", "recent_surgery", '"answers"'):
            assert secret not in text, f"{secret} in {name}"
