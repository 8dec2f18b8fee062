"""A copy of what is kept: asked for by who proved who it is, put together by the worker, fetched once."""

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django import app

from backend.accounts.models import Session
from backend.audit.models import AuditEntry
from backend.patients.models import Guardianship
from backend.privacy.actions.make_export import make_export
from backend.privacy.models import Export
from tests.api_client import ApiClient
from tests.appointments.calls import api, book, refusal, travel, wish
from tests.cast import MON, Cast
from tests.jobs import run_jobs
from tests.patients.answers import answer

EXPORTS = "/v1/me/exports"
SECRET = "password|argon|secret|digest|dedupe_key"


@pytest.fixture
def patient(cast: Cast) -> ApiClient:
    return api(cast.patient)


def ask(client: ApiClient, **more: Any) -> str:
    answer = client.post(EXPORTS, more)
    assert answer.status_code == 202, answer.content
    assert answer.json()["status"] == "preparing"
    return f"{EXPORTS}/{answer.json()['id']}"


def unpacked(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_all_that_is_kept_is_in_it_and_it_is_fetched_once(cast: Cast, patient: ApiClient) -> None:
    at = cast.at(cast.coquitlam, MON, "10:00")
    visit = book(patient, wish(cast.physio_follow_up, cast.coquitlam, at))
    book(api(cast.cleared), wish(cast.massage, cast.coquitlam, at))
    answer(patient, cast.patient, "pregnancy")
    path = ask(patient)
    assert refusal(patient.post(f"{path}/fetch")) == (409, "invalid_transition")
    run_jobs()
    assert patient.get(path).json()["status"] == "ready"
    found = unpacked(patient.post(f"{path}/fetch"))
    assert [row["id"] for row in found["appointments_appointment.json"]] == [visit["id"]]
    assert found["patients_patient.json"][0]["given_name"] == "Patient"
    assert len(found["patients_screening.json"]) == 2
    assert {row["appointment_id"] for row in found["appointments_transition.json"]} == {visit["id"]}
    assert cast.patient.user
    assert found["accounts_user.json"][0]["email"] == cast.patient.user.email
    assert found["about.json"]["files"] == {name: len(rows) for name, rows in found.items() if name != "about.json"}
    assert not re.search(SECRET, json.dumps(found))
    assert str(cast.cleared.pk) not in json.dumps(found)
    assert refusal(patient.post(f"{path}/fetch")) == (409, "invalid_transition")
    assert patient.get(path).json()["status"] == "fetched"
    assert Export.objects.get().archive is None
    actions = AuditEntry.objects.filter(action__startswith="export.").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["export.asked", "export.fetched"]


def test_asking_and_fetching_need_a_fresh_proof(cast: Cast, patient: ApiClient) -> None:
    path = ask(patient)
    run_jobs()
    Session.objects.filter(user=cast.patient.user).update(proved_at="2020-01-01T00:00Z")
    assert refusal(patient.post(EXPORTS, {})) == (403, "step_up_required")
    assert refusal(patient.post(f"{path}/fetch")) == (403, "step_up_required")
    assert patient.get(path).json()["status"] == "ready"


def test_a_day_is_all_there_is_by_the_clock_of_the_domain(cast: Cast, patient: ApiClient) -> None:
    path = ask(patient)
    run_jobs()
    travel(by=timedelta(hours=23, minutes=59))
    forget = app.tasks["privacy.forget_exports"].func
    forget(timestamp=0)
    assert patient.get(path).json()["status"] == "ready"
    travel(by=timedelta(minutes=2))
    assert patient.get(path).json()["status"] == "expired"
    assert refusal(patient.post(f"{path}/fetch")) == (409, "invalid_transition")
    forget(timestamp=0)
    assert patient.get(path).status_code == 404
    assert not Export.objects.exists()


def test_of_a_dependant_and_of_nobody_else(cast: Cast) -> None:
    parent = api(cast.parent)
    path = ask(parent, patient_id=str(cast.child.pk))
    run_jobs()
    found = unpacked(parent.post(f"{path}/fetch"))
    assert [row["id"] for row in found["patients_patient.json"]] == [str(cast.child.pk)]
    assert "accounts_user.json" not in found
    foreign = parent.post(EXPORTS, {"patient_id": str(cast.patient.pk)})
    assert refusal(foreign) == (404, "not_found")
    desk = api(cast.desk_coquitlam)
    assert refusal(desk.post(EXPORTS, {})) == (404, "not_found")
    assert desk.get(path).status_code == 404


def test_others_are_not_told_of_by_the_log_of_the_patient(cast: Cast) -> None:
    parent = api(cast.parent)
    aunt = {"email": "aunt@people.test", "relationship": "other", "scopes": ["read"]}
    invited = parent.post(f"/v1/patients/{cast.child.pk}/guardian-invitations", aunt)
    assert invited.status_code in (201, 202), invited.content
    path = ask(parent, patient_id=str(cast.child.pk))
    run_jobs()
    found = unpacked(parent.post(f"{path}/fetch"))
    assert "aunt@people.test" not in json.dumps(found)
    told = next(one for one in found["accesses.json"] if one["action"] == "guardian.invited")
    assert (told["by"], told["patient_ids"]) == ("you", [str(cast.child.pk)])
    assert not {"before", "after", "subject_id", "actor_id"} & {*told}


def test_a_guardian_who_may_not_read_all_gets_nothing_also_later(cast: Cast) -> None:
    parent = api(cast.parent)
    path = ask(parent, patient_id=str(cast.child.pk))
    run_jobs()
    Guardianship.objects.filter(patient=cast.child).update(scopes=["read", "book"])
    assert refusal(parent.post(EXPORTS, {"patient_id": str(cast.child.pk)})) == (403, "permission_denied")
    assert refusal(parent.post(f"{path}/fetch")) == (404, "not_found")


def test_a_job_that_runs_twice_writes_once(cast: Cast, patient: ApiClient) -> None:
    path = ask(patient)
    run_jobs()
    patient.post(f"{path}/fetch")
    make_export(export_id=Export.objects.get().pk)
    assert patient.get(path).json()["status"] == "fetched"
    assert Export.objects.get().archive is None
