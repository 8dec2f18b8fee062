"""A physiotherapist decides for an answer, if they could treat the patient today (D4, D10)."""

from datetime import timedelta

import pytest

from backend.audit.models import AuditEntry
from backend.patients.models import PatientClinic, Screening
from backend.practitioners.models import Credential, Offering
from backend.tasks.models import Task
from tests.appointments.calls import api
from tests.appointments.rows import change
from tests.cast import Cast
from tests.patients.answers import answer, questions

pytestmark = pytest.mark.django_db
REASON = {"reason": "Second trimester, lower back only."}


@pytest.fixture
def waiting(cast: Cast) -> str:
    """A screening that waits for a physiotherapist."""
    made: str = answer(api(cast.patient), cast.patient, "pregnancy")["id"]
    return made


def clear(cast: Cast, screening_id: str, who: object = None) -> tuple[int, str]:
    answered = api(who or cast.ims).post(f"/v1/screenings/{screening_id}/clear", REASON)  # type: ignore[arg-type]
    return answered.status_code, answered.json().get("code") or answered.json()["status"]


def test_a_certified_physiotherapist_clears_it_with_a_reason(cast: Cast, waiting: str) -> None:
    assert clear(cast, waiting) == (200, "cleared")
    shown = api(cast.patient).get(f"/v1/screenings/{waiting}").json()
    assert (shown["status"], shown["cleared_reason"]) == ("cleared", REASON["reason"])
    assert api(cast.desk_coquitlam).get(f"/v1/screenings/{waiting}").json()["cleared_reason"] == ""
    assert Task.objects.get(kind="screening_review").status == "done"
    entry = AuditEntry.objects.get(action="screening.cleared")
    assert (entry.actor_id, entry.patient_id, entry.reason) == (cast.ims.user_id, cast.patient.pk, "")
    assert clear(cast, waiting) == (409, "invalid_transition")


def test_who_lacks_a_proof_today_may_not(cast: Cast, waiting: str) -> None:
    denied = (403, "permission_denied")
    assert clear(cast, waiting, cast.physio) == denied
    assert clear(cast, waiting, cast.owner) == denied
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    today = cast.today(cast.coquitlam)
    change(proof, valid_until=today - timedelta(days=1))
    assert clear(cast, waiting) == denied
    change(proof, valid_until=today)
    offering = Offering.objects.get(practitioner=cast.ims, clinic=cast.coquitlam, service=cast.ims_treatment)
    change(offering, service=cast.massage)
    assert clear(cast, waiting) == denied
    change(offering, service=cast.ims_treatment)
    assert clear(cast, waiting) == (200, "cleared")


def test_for_patients_of_other_clinics_it_is_as_if_absent(cast: Cast, waiting: str) -> None:
    assert clear(cast, waiting, cast.toronto_ims) == (404, "not_found")
    PatientClinic.objects.create(patient=cast.patient, clinic=cast.toronto, origin="desk")
    assert clear(cast, waiting, cast.toronto_ims) == (200, "cleared")


def test_what_forbids_treatment_asks_nobody_or_is_out_of_date_cannot_be_cleared(cast: Cast, waiting: str) -> None:
    newer = answer(api(cast.patient), cast.patient)["id"]
    gone = (409, "invalid_transition")
    assert clear(cast, waiting) == gone
    assert clear(cast, newer) == gone
    body = {"validity_days": 30, "questions": questions(pregnancy="absolute")}
    assert api(cast.owner).post("/v1/screening-questionnaires", body).status_code == 201
    Screening.objects.filter(pk=newer).update(outcome="blocked")
    assert clear(cast, newer) == gone
