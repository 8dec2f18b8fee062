"""The way to a treatment with needles, walked over HTTP alone by those who walk it: a new patient, a parent for a
child, somebody with each of the answers that ask for a clinician, a French speaker."""

from typing import Any

import pytest

from backend.patients.enums import QuestionCode
from tests.blackbox.people import join, make, read, starts
from tests.concurrency.crowd import Caller, sign_in
from tests.live import LiveApi

FOUND = {
    "region": "lower_back",
    "autonomic_tests": "Normal.",
    "palpation": "Tight multifidus on the left.",
    "movement_screen": "Extension limited.",
    "tight_muscles": ["multifidus"],
    "outcome": "candidate",
}


def eligibility(who: Caller, patient_id: str) -> dict[str, Any]:
    return read(who, f"patients/{patient_id}/eligibility", service="ims-treatment")


def answer(who: Caller, patient_id: str, *yes: str) -> dict[str, Any]:
    asked = read(who, "screening-questionnaires/current")
    said = [{"code": one["code"], "answer": one["code"] in yes} for one in asked["questions"]]
    return make(who, f"patients/{patient_id}/screenings", {"questionnaire_version": asked["version"], "answers": said})


def coquitlam(who: Caller) -> str:
    [clinic] = [one for one in read(who, "clinics")["results"] if one["slug"] == "coquitlam"]
    found: str = clinic["id"]
    return found


def book(who: Caller, patient_id: str, physio: Caller, service: str, **also: Any) -> dict[str, Any]:
    """The first start with the physiotherapist that nobody takes meanwhile, and that suits the patient."""
    clinic_id, giver = coquitlam(who), read(physio, "me")["practitioner_id"]
    [asked] = read(who, "services", code=service)["results"]
    wanted = {"service_id": asked["id"], "clinic_id": clinic_id, "practitioner_id": giver, "patient_id": patient_id}
    for slot in starts(physio, clinic_id, service):
        if giver not in slot["practitioner_ids"]:
            continue
        made = who.book({**wanted, "starts_at": slot["starts_at"], **also})
        if made.status == 201:
            found: dict[str, Any] = made.data
            return found
        assert made.verdict in {(409, "slot_taken"), (422, "slot_not_bookable")}, made.data
    raise AssertionError(f"no start of {service} could be booked")


def sign(physio: Caller, patient_id: str, visit: dict[str, Any]) -> dict[str, Any]:
    where = {"clinic_id": visit["clinic"]["id"], "appointment_id": visit["id"]}
    begun = make(physio, f"patients/{patient_id}/assessments", {**where, **FOUND})
    return make(physio, f"assessments/{begun['id']}/sign", {}, status=200)


def consent(who: Caller) -> str:
    [treatment] = read(who, "services", code="ims-treatment")["results"]
    text: str = read(who, f"services/{treatment['id']}/consent-text")["id"]
    return text


def walk(patient: Caller, patient_id: str, physio: Caller) -> dict[str, Any]:
    """From nothing answered to a booked treatment, by what eligibility says is next."""
    assert eligibility(patient, patient_id)["next_operation_id"] == "createScreening"
    assert answer(patient, patient_id)["status"] == "clear"
    told = eligibility(patient, patient_id)
    assert (told["assessment"], told["next_operation_id"]) == ("to_book", "listSlots")
    assessment = book(patient, patient_id, physio, "ims-assessment")
    told = eligibility(patient, patient_id)
    assert (told["assessment"], told["assessment_appointment_id"]) == ("booked", assessment["id"])
    assert sign(physio, patient_id, assessment)["status"] == "signed"
    assert [one["code"] for one in eligibility(patient, patient_id)["missing"]] == ["consent_needed"]
    treatment = book(patient, patient_id, physio, "ims-treatment", consents=[consent(patient)])
    assert eligibility(patient, patient_id)["gate"]["status"] == "open"
    return treatment


@pytest.fixture
def physio(live_api: LiveApi) -> Caller:
    """The demo's IMS physiotherapist."""
    return sign_in(live_api, "ims@demo.test")


def test_a_new_patient_comes_to_a_treatment(live_api: LiveApi, physio: Caller) -> None:
    patient = join(live_api, "iris@personas.test", "Iris", "Lake")
    me = read(patient, "me")["patient_id"]
    treatment = walk(patient, me, physio)
    assert treatment["status"] == "booked"
    assert patient.call("GET", f"patients/{me}/assessments").verdict == (403, "permission_denied")


def test_a_parent_brings_a_child_to_a_treatment(live_api: LiveApi, physio: Caller) -> None:
    parent = join(live_api, "petra@personas.test", "Petra", "Lake")
    child = {"given_name": "Nils", "family_name": "Lake", "birth_date": "2015-03-04", "relationship": "parent"}
    child_id = make(parent, "me/patients", child)["id"]
    treatment = walk(parent, child_id, physio)
    assert treatment["patient"]["id"] == child_id
    [given] = read(parent, f"patients/{child_id}/consents")["results"]
    assert (given["given_by"], given["signed_by_name"]) == ("guardian", "Petra Lake")


def test_each_yes_waits_for_a_physiotherapist_and_is_told_in_french(live_api: LiveApi, physio: Caller) -> None:
    patient = join(live_api, "luc@personas.test", "Luc", "Lac")
    me = read(patient, "me")["patient_id"]
    assert answer(patient, me)["status"] == "clear"
    book(patient, me, physio, "physio-initial")
    for code in QuestionCode.values:
        screening = answer(patient, me, code)
        told = patient.call("GET", f"patients/{me}/eligibility?service=ims-treatment", language="fr").data
        assert (screening["status"], told["gate"]["status"]) == ("ask_clinician", "blocked"), code
        assert told["next_operation_id"] is None
        assert told["missing"][0]["detail"].startswith("Une ou un physiothérapeute")
        cleared = make(physio, f"screenings/{screening['id']}/clear", {"reason": "Suits in spite of it."}, status=200)
        assert cleared["status"] == "cleared"
        assert eligibility(patient, me)["gate"]["status"] == "needs_assessment"
