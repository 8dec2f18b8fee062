"""Assessments: drafted, signed by who may, amended only, and read by those who treat alone (D7, D8)."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.audit.models import AuditEntry
from backend.care.models import Assessment, AssessmentVersion
from backend.common.db import constraint_of
from backend.common.models import IdempotencyReceipt
from backend.events.models import DomainEvent
from backend.patients.models import Clearance, Patient, PatientClinic
from backend.practitioners.models import Credential, Offering
from tests.appointments.calls import api, faults, refusal
from tests.appointments.rows import add_visit, change
from tests.care.assessments import FOUND, PARTS, assessments_of, draft, signed
from tests.cast import MON, Cast

pytestmark = pytest.mark.django_db
DENIED, MISSING, GONE = (403, "permission_denied"), (404, "not_found"), (409, "invalid_transition")


def at(body: dict[str, Any], step: str = "") -> str:
    return f"/v1/assessments/{body['id']}{step}"


def test_a_draft_is_written_bit_by_bit_and_signed(cast: Cast) -> None:
    client = api(cast.ims)
    begin = {"clinic_id": str(cast.coquitlam.pk), "region": "neck"}
    begun = client.post(assessments_of(cast.patient), begin).json()
    assert (begun["status"], begun["current"]["outcome"], begun["clearance_until_date"]) == ("draft", "undecided", None)
    assert set(begun["current"]["factors"].values()) == {"not_stated"}
    refused = client.post(at(begun, "/sign"))
    assert refusal(refused) == (422, "assessment_incomplete")
    assert faults(refused) == dict.fromkeys([*(f"/{part}" for part in PARTS), "/outcome"], "required")
    changed = client.patch(at(begun), {**FOUND, "palpation": "", "factors": {"extent": "mild"}}, if_match=begun["etag"])
    assert faults(client.post(at(begun, "/sign"))) == {"/palpation": "required"}
    changed = client.patch(at(begun), {"palpation": "Sore."}, if_match=changed.json()["etag"])
    said = changed.json()["current"]
    assert (said["palpation"], said["region"], said["factors"]["extent"]) == ("Sore.", "lower_back", "mild")
    assert refusal(client.post(at(begun, "/sign"), if_match=begun["etag"])) == (412, "etag_mismatch")
    done = client.post(at(begun, "/sign"), if_match=changed.json()["etag"]).json()
    until = cast.today(cast.coquitlam) + timedelta(days=365)
    assert (done["status"], done["clearance_until_date"]) == ("signed", str(until))
    assert (done["current"]["signed_by_name"], done["current"]["number"]) == ("Ims Test", 1)
    assert done["current"]["age_years"] >= 40
    assert client.get(at(begun)).json() == done


def test_signing_a_candidate_clears_the_patient_and_whoever_waited_can_book(cast: Cast) -> None:
    path = f"/v1/patients/{cast.patient.pk}/eligibility"
    asked = {"service": "ims-treatment"}
    assert api(cast.patient).get(path, asked).json()["gate"]["code"] == "assessment_needed"
    done = signed(cast, cast.patient)
    assert api(cast.patient).get(path, asked).json()["gate"]["status"] == "open"
    clearance = Clearance.objects.get(patient=cast.patient)
    told = (clearance.region, str(clearance.assessment_id), clearance.granted_by_id, clearance.discipline)
    assert told == ("lower_back", done["id"], cast.ims.user_id, "ims")
    events = dict(DomainEvent.objects.filter(payload__patient_id=str(cast.patient.pk)).values_list("type", "payload"))
    known = {"patient_id": str(cast.patient.pk)}
    assert events == {"assessment.signed.v1": known, "clearance.changed.v1": known}


@pytest.mark.parametrize("outcome", ["not_a_candidate", "refer_on"])
def test_other_outcomes_clear_nobody_and_the_patient_is_told_so(cast: Cast, outcome: str) -> None:
    signed(cast, cast.patient, outcome=outcome)
    assert not Clearance.objects.filter(patient=cast.patient).exists()
    path = f"/v1/patients/{cast.patient.pk}/eligibility"
    told = api(cast.patient).get(path, {"service": "ims-treatment"}, headers={"Accept-Language": "fr"}).json()
    assert (told["assessment"], told["missing"][0]["waits_for"]) == ("not_cleared", "clinic")
    assert told["missing"][0]["detail"].endswith("a choisi autre chose que ce traitement.")
    assert outcome not in json.dumps(told)


def test_a_signed_assessment_is_amended_only_and_what_it_said_stays(cast: Cast) -> None:
    done, client = signed(cast, cast.patient), api(cast.ims)
    assert refusal(client.patch(at(done), {"palpation": "x"}, if_match="*")) == GONE
    assert refusal(client.post(at(done, "/sign"))) == GONE
    body = {"region": "hip", "reason": "Mixed up."}
    amended = client.post(at(done, "/amend"), body, if_match=done["etag"]).json()
    assert (amended["current"]["number"], amended["current"]["region"]) == (2, "hip")
    assert amended["current"]["palpation"] == FOUND["palpation"]
    assert refusal(client.post(at(done, "/amend"), body, if_match=done["etag"])) == (412, "etag_mismatch")
    assert Clearance.objects.get(patient=cast.patient).region == "hip"
    told = client.get(at(done, "/versions")).json()["results"]
    assert [(one["number"], one["region"], one["reason"]) for one in told] == [
        (2, "hip", "Mixed up."),
        (1, "lower_back", ""),
    ]
    assert faults(client.post(at(done, "/amend"), {"palpation": " ", "reason": "x"})) == {"/palpation": "required"}
    assert faults(client.post(at(done, "/amend"), {"palpation": "x"})) == {"/reason": "required"}
    assert AssessmentVersion.objects.filter(assessment_id=done["id"]).count() == 2


def test_a_draft_is_changed_not_amended(cast: Cast) -> None:
    begun = draft(cast, cast.patient)
    assert refusal(api(cast.ims).post(at(begun, "/amend"), {"reason": "x"})) == GONE
    version = Assessment.objects.get(pk=begun["id"]).version
    assert api(cast.ims).patch(at(begun), FOUND, if_match=begun["etag"]).json()["etag"] == begun["etag"]
    assert Assessment.objects.get(pk=begun["id"]).version == version


def test_who_lacks_a_proof_on_the_day_of_signing_does_not_sign(cast: Cast) -> None:
    begun = draft(cast, cast.patient)
    path = at(begun, "/sign")
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    today = cast.today(cast.coquitlam)
    change(proof, valid_until=today - timedelta(days=1))
    assert refusal(api(cast.ims).post(path)) == DENIED
    change(proof, valid_until=today)
    given = Offering.objects.filter(practitioner=cast.ims, clinic=cast.coquitlam)
    given.filter(service__discipline="ims").delete()
    assert refusal(api(cast.ims).post(path)) == DENIED
    Offering.objects.create(practitioner=cast.ims, clinic=cast.coquitlam, service=cast.ims_assessment)
    assert refusal(api(cast.physio).post(path)) == DENIED
    assert not Clearance.objects.filter(patient=cast.patient).exists()
    assert api(cast.ims).post(path).status_code == 200
    change(proof, valid_until=today - timedelta(days=1))
    assert refusal(api(cast.ims).post(at(begun, "/amend"), {"reason": "x"})) == DENIED


def test_who_loses_a_proof_on_the_day_of_signing_does_not_sign(cast: Cast) -> None:
    begun = draft(cast, cast.patient)
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    revoke = f"/v1/credentials/{proof.pk}/revoke"
    assert api(cast.owner).post(revoke, {"reason": "Lapsed."}, if_match="*").status_code == 200
    assert refusal(api(cast.ims).post(at(begun, "/sign"))) == DENIED
    assert not Clearance.objects.filter(patient=cast.patient).exists()


def test_nobody_clears_themselves_or_whom_they_look_after(cast: Cast) -> None:
    me = Patient.objects.create(given_name="Ims", family_name="Test", user=cast.ims.user)
    PatientClinic.objects.create(patient=me, clinic=cast.coquitlam, origin="desk")
    begun = draft(cast, me)
    assert refusal(api(cast.ims).post(at(begun, "/sign"))) == DENIED


def test_the_clinic_is_the_callers_and_knows_the_patient(cast: Cast) -> None:
    for clinic in (cast.toronto, cast.langley):
        body = {"clinic_id": str(clinic.pk), "region": "neck"}
        assert faults(api(cast.ims).post(assessments_of(cast.patient), body)) == {"/clinic_id": "not_found"}
    PatientClinic.objects.create(patient=cast.patient, clinic=cast.langley, origin="desk")
    assert draft(cast, cast.patient, clinic=cast.langley)["clinic_id"] == str(cast.langley.pk)


def test_a_visit_has_one_assessment_and_is_the_patients_own(cast: Cast) -> None:
    room = cast.coquitlam.rooms.get(kind="consultation")
    start = cast.at(cast.coquitlam, MON, "10:00")
    about: dict[str, Any] = {"service": cast.ims_assessment, "practitioner": cast.ims, "room": room}
    visit = add_visit(**about, patient=cast.patient, starts_at=start)
    other = add_visit(**about, patient=cast.cleared, starts_at=start + timedelta(hours=1))
    body = {"clinic_id": str(cast.coquitlam.pk), "region": "neck"}
    client, path = api(cast.ims), assessments_of(cast.patient)
    wrong = client.post(path, {**body, "appointment_id": str(other.pk)})
    assert faults(wrong) == {"/appointment_id": "not_found"}
    made = client.post(path, {**body, "appointment_id": str(visit.pk)}).json()
    assert made["appointment_id"] == str(visit.pk)
    assert refusal(client.post(path, {**body, "appointment_id": str(visit.pk)})) == (409, "already_exists")


def test_those_who_treat_at_a_clinic_that_knows_the_patient_read_it_and_nobody_else(cast: Cast) -> None:
    done = signed(cast, cast.patient)
    paths = [at(done), at(done, "/versions"), assessments_of(cast.patient)]
    for path in paths:
        assert api(cast.physio).get(path).status_code == 200
        for who in (cast.patient, cast.desk_coquitlam, cast.manager_coquitlam, cast.owner):
            assert refusal(api(who).get(path)) == DENIED
        for elsewhere in (cast.langley_physio, cast.toronto_ims):
            assert refusal(api(elsewhere).get(path)) == MISSING
    assert refusal(api(cast.toronto_ims).post(at(done, "/sign"))) == MISSING


def test_every_read_and_deed_is_in_the_audit_log_without_what_was_found(cast: Cast) -> None:
    begun, client = draft(cast, cast.patient, conclusion="Zebrafish"), api(cast.ims)
    client.patch(at(begun), {"palpation": "Zebrafish"}, if_match="*")
    client.post(at(begun, "/sign"))
    client.post(at(begun, "/amend"), {"outcome": "refer_on", "reason": "Zebrafish"})
    for path in (at(begun), at(begun, "/versions"), assessments_of(cast.patient)):
        client.get(path)
    entries = AuditEntry.objects.filter(patient_id=cast.patient.pk).order_by("pk")
    assert [one.action for one in entries] == [
        "assessment.drafted",
        "assessment.changed",
        "clearance.given",
        "assessment.signed",
        "clearance.ended",
        "assessment.amended",
        *["assessment.read"] * 3,
    ]
    assert {one.purpose for one in entries.filter(action="assessment.read")} == {"care"}
    assert {one.actor_id for one in entries} == {cast.ims.user_id}
    told = [[one.before, one.after, one.reason] for one in entries]
    events = [[one.type, one.payload] for one in DomainEvent.objects.all()]
    for secret in ("Zebrafish", "candidate", "refer_on", "lower_back"):
        assert secret not in json.dumps([told, events])


def test_a_replay_is_rendered_again_and_not_stored(cast: Cast) -> None:
    client, key = api(cast.ims), str(uuid.uuid4())
    body = {"clinic_id": str(cast.coquitlam.pk), **FOUND}
    first = client.post(assessments_of(cast.patient), body, key=key)
    assert client.post(at(first.json(), "/sign"), key="sign").status_code == 200
    again = client.post(at(first.json(), "/sign"), key="sign")
    assert (again.headers["Idempotent-Replayed"], again.json()["status"]) == ("true", "signed")
    assert client.post(assessments_of(cast.patient), body, key=key).json()["id"] == first.json()["id"]
    assert set(IdempotencyReceipt.objects.values_list("body", flat=True)) == {None}


def test_a_list_takes_the_same_number_of_statements_however_long(cast: Cast) -> None:
    client, counts = api(cast.ims), []
    for _ in range(2):
        signed(cast, cast.patient)
        with CaptureQueriesContext(connection) as counted:
            assert client.get(assessments_of(cast.patient)).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"signed_at": "now"}, "assessment_is_signed_by_somebody"),
    ({"signed": True, "palpation": ""}, "assessment_is_whole_when_signed"),
    ({"signed": True, "outcome": "undecided"}, "assessment_is_whole_when_signed"),
    ({"number": 2}, "assessment_is_amended_for_a_reason"),
    ({"reason": "x"}, "assessment_is_amended_for_a_reason"),
    ({"severity": "awful"}, "assessment_severity_is_known"),
]


@pytest.mark.parametrize(("values", "constraint"), BROKEN)
def test_the_database_refuses_what_no_assessment_may_say(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    begun, values = draft(cast, cast.patient), dict(values)
    if "signed_at" in values:
        values["signed_at"] = cast.now
    if values.pop("signed", False):
        values |= {"signed_at": cast.now, "signed_by": cast.owner}
    with pytest.raises(Error) as refused, transaction.atomic():
        AssessmentVersion.objects.filter(assessment_id=begun["id"]).update(**values)
    assert constraint_of(refused.value) == constraint


def test_the_database_refuses_to_change_what_was_signed(cast: Cast) -> None:
    signed(cast, cast.patient)
    for statement in (
        "UPDATE care_assessmentversion SET palpation = 'x'",
        "UPDATE care_assessmentversion SET signed_at = NULL, signed_by_id = NULL",
        "DELETE FROM care_assessmentversion",
    ):
        with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert constraint_of(refused.value) == "assessment_is_amended_only"
