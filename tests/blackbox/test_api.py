"""A clinic in Alberta, opened from nothing by those who will run it, through HTTP alone."""

from typing import Any

from tests.blackbox.people import come_in, join, make, put, read, starts
from tests.concurrency.crowd import Caller, sign_in
from tests.live import LiveApi

CALGARY = {
    "slug": "calgary",
    "name": "Evergreen Calgary",
    "street": "120 8 Avenue SW",
    "city": "Calgary",
    "province": "AB",
    "postal_code": "T2P 1B3",
    "latitude": 51.0455,
    "longitude": -114.0633,
    "timezone": "America/Edmonton",
    "phone": "403 555 0100",
    "email": "calgary@clinics.demo.test",
}
NADIA = {
    "given_name": "Nadia",
    "family_name": "Roy",
    "title": "Physiotherapist",
    "title_fr": "Physiothérapeute",
    "languages": ["en", "fr"],
    "disciplines": ["physiotherapy", "ims"],
}
PROOFS = {"registration": "AB", "ims_certificate": "CA", "needling_authorisation": "AB"}
WEEKDAYS = range(1, 8)


def test_a_clinic_in_alberta_is_opened_and_an_assessment_booked_there(live_api: LiveApi) -> None:
    owner = sign_in(live_api, "owner@demo.test")
    clinic_id = open_clinic(owner)
    manager = hire(live_api, owner, clinic_id, "manager.calgary@alberta.test", "clinic_manager")
    desk = hire(live_api, manager, clinic_id, "desk.calgary@alberta.test", "front_desk")
    practitioner_id = take_on_practitioner(live_api, manager, clinic_id)
    assert starts(desk, clinic_id) == [], "nobody's proofs are verified yet"
    verify_proofs(manager, practitioner_id)
    slot = starts(desk, clinic_id)[0]

    visit = book_by_oneself(live_api, clinic_id, slot)
    assert visit["practitioner"]["id"] == practitioner_id
    day = read(desk, f"clinics/{clinic_id}/day", date=slot["starts_at"][:10])
    assert visit["id"] in str(day)
    assert "Iris" in str(day)

    patient = make(desk, "patients", {"clinic_id": clinic_id, "given_name": "Otto", "family_name": "Berg"})
    wanted = {"service_id": visit["service"]["id"], "clinic_id": clinic_id, "patient_id": patient["id"]}
    answer = desk.book({**wanted, "starts_at": starts(desk, clinic_id)[0]["starts_at"]})
    assert answer.verdict == (201, None), answer.data


def open_clinic(owner: Caller) -> str:
    """With two rooms, open every day, offering the assessment."""
    clinic_id: str = make(owner, "clinics", CALGARY)["id"]
    for name, kind in (("Elbow", "treatment"), ("Bow", "consultation")):
        make(owner, f"clinics/{clinic_id}/rooms", {"name": name, "kind": kind})
    for weekday in WEEKDAYS:
        hours = {"weekday": weekday, "from_time": "08:00", "until_time": "18:00"}
        make(owner, f"clinics/{clinic_id}/opening-hours", hours)
    [service] = read(owner, "services", code="ims-assessment")["results"]
    put(owner, f"clinics/{clinic_id}/services/{service['id']}", {"price_minor": 14_500})
    return clinic_id


def hire(api: LiveApi, by: Caller, clinic_id: str, email: str, role: str) -> Caller:
    """Somebody who registers, is given a role, and signs in again."""
    join(api, email, role.title(), "Test")
    make(by, f"clinics/{clinic_id}/members", {"email": email, "role": role})
    return come_in(api, email)


def take_on_practitioner(api: LiveApi, manager: Caller, clinic_id: str) -> str:
    """With hours and the offering; proofs are on file and pending."""
    join(api, "nadia@alberta.test", "Nadia", "Roy")
    profile = {**NADIA, "clinic_ids": [clinic_id], "email": "nadia@alberta.test"}
    practitioner_id: str = make(manager, "practitioners", profile)["id"]
    of = f"practitioners/{practitioner_id}"
    for weekday in WEEKDAYS:
        hours = {"clinic_id": clinic_id, "weekday": weekday, "from_time": "09:00", "until_time": "17:00"}
        make(manager, f"{of}/working-hours", hours)
    [service] = read(manager, "services", code="ims-assessment")["results"]
    make(manager, f"{of}/offerings", {"clinic_id": clinic_id, "service_id": service["id"]})
    for kind, jurisdiction in PROOFS.items():
        proof = {"kind": kind, "issuer": "Physiotherapy Alberta", "number": "A-77", "issued_on": "2024-01-01"}
        make(manager, f"{of}/credentials", {**proof, "jurisdiction": jurisdiction, "valid_until": "2199-12-31"})
    return practitioner_id


def verify_proofs(manager: Caller, practitioner_id: str) -> None:
    """Each by itself."""
    for proof in read(manager, f"practitioners/{practitioner_id}/credentials")["results"]:
        assert proof["status"] == "pending"
        verified = make(manager, f"credentials/{proof['id']}/verify", {}, status=200)
        assert "verified" in str(verified)


def book_by_oneself(api: LiveApi, clinic_id: str, slot: dict[str, Any]) -> dict[str, Any]:
    """A patient who registers, holds the start and books it."""
    patient = join(api, "iris@alberta.test", "Iris", "Moreau")
    [service] = read(patient, "services", code="ims-assessment")["results"]
    wanted = {"service_id": service["id"], "clinic_id": clinic_id, "starts_at": slot["starts_at"]}
    hold = make(patient, "holds", wanted)
    answer = patient.book({"hold_id": hold["id"]})
    assert answer.verdict == (201, None), answer.data
    visit: dict[str, Any] = answer.data
    assert (visit["clinic"]["name"], visit["price_minor"]) == (CALGARY["name"], 14_500)
    assert visit["starts_at"].endswith("-06:00"), "Alberta changes its clocks no more (D25)"
    return visit
