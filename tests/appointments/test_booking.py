"""Find, hold, book: the main job, over HTTP."""

import uuid
from datetime import datetime
from typing import Any

import pytest

from backend.accounts.models import User
from backend.appointments.enums import RuleClass, RuleCode
from backend.appointments.models import Appointment, Transition
from backend.appointments.rules.registry import BY_CODE
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from backend.patients.models import PatientClinic
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, faults, made, refusal, rules, wish
from tests.cast import MON, TUE, Cast
from tests.policy.traces import fingerprint


def start_of(cast: Cast, time: str = "10:00") -> datetime:
    return cast.at(cast.coquitlam, MON, time, week=2)


def wanted(cast: Cast, **more: Any) -> dict[str, Any]:
    return wish(cast.physio_follow_up, cast.coquitlam, more.pop("at", start_of(cast)), **more)


def test_a_patient_finds_holds_and_books(cast: Cast) -> None:
    client = api(cast.patient)
    day = cast.day(cast.coquitlam, MON).isoformat()
    found = client.get(
        "/v1/slots",
        {"service": "physio-follow-up", "clinic": str(cast.coquitlam.id), "from_date": day, "to_date": day},
    ).json()
    first = found["results"][0]["slots"][0]
    assert first["starts_at"] == f"{day}T09:00:00-07:00"

    body = {"service_id": found["service_id"], "clinic_id": str(cast.coquitlam.id), "starts_at": first["starts_at"]}
    hold = client.post("/v1/holds", body)
    assert hold.status_code == 201, hold.json()
    assert client.post("/v1/holds", body).json()["id"] == hold.json()["id"]

    booked = client.post("/v1/appointments", {"hold_id": hold.json()["id"]}, key=str(uuid.uuid4()))
    assert booked.status_code == 201, booked.json()
    assert booked.json()["id"] == hold.json()["id"]
    assert booked.json()["status"] == "booked"
    assert booked["Location"] == f"/v1/appointments/{booked.json()['id']}"


def test_the_answer_is_the_whole_confirmation_screen(cast: Cast) -> None:
    day = cast.day(cast.coquitlam, MON, week=2)
    visit = book(api(cast.patient), wanted(cast, practitioner_id=cast.ims, note="  Back door, please  "))
    told = {
        "status": "booked",
        "starts_at": f"{day}T10:00:00-07:00",
        "ends_at": f"{day}T10:30:00-07:00",
        "local_start": f"{day}T10:00",
        "timezone": "America/Vancouver",
        "utc_offset": "-07:00",
        "duration_minutes": 30,
        "price_minor": 10_000,
        "tax_basis_points": 0,
        "currency": "CAD",
        "can_be_cancelled": True,
        "can_cancel_until": f"{day}T10:00:00-07:00",
        "fee_if_now_minor": 0,
        "late_cancellation_fee_percent": 50,
        "no_show_fee_percent": 100,
        "fee_minor": 0,
        "cancel_reason": "none",
        "note": "Back door, please",
        "overrides": [],
        "revision": 0,
        "room_name": "Room 0",
    }
    assert {name: visit[name] for name in told} == told
    assert visit["clinic"]["name"] == "Coquitlam"
    assert visit["clinic"]["phone"] == "+16045550100"
    assert visit["practitioner"] == {"id": str(cast.ims.pk), "name": "Ims Test", "title": "Physiotherapist"}
    assert visit["service"]["code"] == "physio-follow-up"
    assert visit["patient"] == {"id": str(cast.patient.pk), "name": "Patient Test"}
    assert visit["links"]["self"] == f"{VISITS}/{visit['id']}"
    for name in ("service", "clinic", "practitioner", "patient"):
        assert visit[name]["id"] == visit[f"{name}_id"]


def test_a_booking_leaves_one_trace_of_each_kind(cast: Cast) -> None:
    PatientClinic.objects.filter(patient=cast.stranger).delete()
    visit = book(api(cast.stranger), wanted(cast))
    event = DomainEvent.objects.get()
    assert (event.type, str(event.subject_id), event.clinic_id) == (
        "appointment.booked.v1",
        visit["id"],
        cast.coquitlam.pk,
    )
    assert set(event.payload) == {"patient_id", "practitioner_id", "service_id", "starts_at"}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.patient_id) == (
        "appointment.booked",
        cast.stranger.user_id,
        cast.stranger.pk,
    )
    step = Transition.objects.get()
    assert (step.from_status, step.to_status, step.by_id) == ("", "booked", cast.stranger.user_id)
    link = PatientClinic.objects.get(patient=cast.stranger)
    assert (link.clinic_id, link.origin) == (cast.coquitlam.pk, "booking")


def test_the_server_picks_who_has_the_fewest_visits_that_day(cast: Cast) -> None:
    client = api(cast.desk_coquitlam)
    for time, who, patient in (("09:00", cast.ims, cast.cleared), ("14:00", cast.ims, cast.parent)):
        book(client, wanted(cast, at=start_of(cast, time), practitioner_id=who, patient_id=patient))
    assert book(api(cast.patient), wanted(cast))["practitioner_id"] == str(cast.physio.pk)

    for time, patient in (("11:00", cast.cleared), ("12:00", cast.parent), ("13:00", cast.child)):
        at = start_of(cast, time)
        book(client, wanted(cast, at=at, practitioner_id=cast.physio, patient_id=patient))
    later = wanted(cast, at=start_of(cast, "15:00"))
    assert book(api(cast.patient), later)["practitioner_id"] == str(cast.ims.pk)
    tuesday = cast.at(cast.coquitlam, TUE, "15:00", week=2)
    book(client, wanted(cast, at=tuesday, practitioner_id=cast.ims, patient_id=cast.child))
    on_tuesday = book(api(cast.patient), wanted(cast, at=cast.at(cast.coquitlam, TUE, "10:00", week=2)))
    assert on_tuesday["practitioner_id"] == str(cast.physio.pk), "visits of other days do not count"


def test_who_is_free_is_picked_though_they_have_more_visits(cast: Cast) -> None:
    client = api(cast.desk_coquitlam)
    book(client, wanted(cast, practitioner_id=cast.physio, patient_id=cast.cleared))
    for time in ("09:00", "14:00"):
        book(client, wanted(cast, at=start_of(cast, time), practitioner_id=cast.ims, patient_id=cast.cleared))
    assert book(api(cast.patient), wanted(cast))["practitioner_id"] == str(cast.ims.pk)
    taken = api(cast.parent).post(VISITS, wanted(cast), key="k")
    assert refusal(taken) == (409, "slot_taken")


def test_a_parent_books_for_the_child_and_sees_whose_visit_it_is(cast: Cast) -> None:
    PatientClinic.objects.filter(patient=cast.child).delete()
    parent = api(cast.parent)
    visit = book(parent, wanted(cast, patient_id=cast.child))
    assert visit["patient"] == {"id": str(cast.child.pk), "name": "Child Test"}
    assert PatientClinic.objects.get(patient=cast.child).clinic_id == cast.coquitlam.pk
    own = book(parent, wanted(cast))
    assert own["patient_id"] == str(cast.parent.pk), "the parent may be there at the same time with someone else"


def test_a_patient_is_nowhere_twice(cast: Cast) -> None:
    client = api(cast.patient)
    book(client, wanted(cast, practitioner_id=cast.ims))
    half_past = wanted(cast, at=start_of(cast, "10:15"), practitioner_id=cast.physio)
    refused = client.post(VISITS, half_past, key="k")
    assert (refusal(refused), rules(refused)) == ((409, "patient_overlap"), ["patient_busy"])
    book(client, wanted(cast, at=start_of(cast, "10:30"), practitioner_id=cast.physio))


def test_the_desk_says_for_whom_it_books(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    refused = desk.post(VISITS, wanted(cast), key="k")
    assert (refusal(refused), faults(refused)) == ((400, "validation_failed"), {"/patient_id": "required"})
    visit = book(desk, wanted(cast, patient_id=cast.patient))
    assert visit["patient_id"] == str(cast.patient.pk)
    assert Appointment.objects.get().booked_by == cast.desk_coquitlam
    assert api(cast.patient).get(f"{VISITS}/{visit['id']}").status_code == 200


def test_only_patients_need_a_verified_address(cast: Cast) -> None:
    """R22: whoever works there is vouched for."""
    User.objects.filter(pk__in=[cast.parent.user_id, cast.desk_coquitlam.pk]).update(email_verified_at=None)
    parent, before = api(cast.parent), fingerprint()
    for body in (wanted(cast), wanted(cast, patient_id=cast.child)):
        assert refusal(parent.post(VISITS, body, key="k")) == (403, "email_not_verified")
    assert fingerprint() == before
    book(api(cast.desk_coquitlam), wanted(cast, patient_id=cast.child))


def test_without_a_hold_service_clinic_and_start_are_needed(cast: Cast) -> None:
    refused = api(cast.patient).post(VISITS, {"note": "hello"}, key="k")
    assert faults(refused) == {"/service_id": "required", "/clinic_id": "required", "/starts_at": "required"}
    too_long = api(cast.patient).post(VISITS, wanted(cast, note="x" * 1001), key="k")
    assert faults(too_long) == {"/note": "too_long"}


def test_ims_without_a_clearance_is_refused(cast: Cast) -> None:
    refused = api(cast.patient).post(
        "/v1/appointments",
        {
            "service_id": str(cast.ims_treatment.id),
            "clinic_id": str(cast.coquitlam.id),
            "starts_at": cast.at(cast.coquitlam, TUE, "10:00").isoformat(),
        },
        key="k",
    )
    assert refused.status_code == 422
    assert [rule["code"] for rule in refused.json()["rules"]] == ["assessment_needed"]
    tuesday = cast.at(cast.coquitlam, TUE, "10:00", week=2)
    assert book(api(cast.cleared), wish(cast.ims_treatment, cast.coquitlam, tuesday))["status"] == "booked"


def off_grid(cast: Cast, *codes: str, **more: Any) -> dict[str, Any]:
    aside = [{"code": code, "reason": "The bus comes late"} for code in codes]
    return wanted(cast, at=start_of(cast, "10:05"), patient_id=cast.patient, overrides=aside, **more)


def test_staff_set_a_soft_rule_aside_with_a_reason_that_stays_with_the_clinic(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    refused = desk.post(VISITS, off_grid(cast), key="k")
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["off_grid"])
    assert refused.json()["rules"][0]["class"] == "soft"

    visit = book(desk, off_grid(cast, "off_grid"))
    assert visit["overrides"] == [{"code": "off_grid", "reason": "The bus comes late"}]
    assert visit["local_start"].endswith("T10:05")
    assert AuditEntry.objects.get().reason == "off_grid: The bus comes late"
    path = f"{VISITS}/{visit['id']}"
    assert api(cast.patient).get(path).json()["overrides"] == [], "the reasons are the clinic's own"
    assert api(cast.manager_coquitlam).get(path).json()["overrides"] == visit["overrides"]


def test_an_override_of_one_rule_sets_no_other_aside(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    early = {**off_grid(cast, "off_grid"), "starts_at": start_of(cast, "07:05").isoformat()}
    assert rules(desk.post(VISITS, early, key="k")) == ["outside_hours"]


@pytest.mark.parametrize("code", [code for code in RuleCode if BY_CODE[code].kind == RuleClass.HARD])
def test_nobody_sets_a_hard_rule_aside(cast: Cast, code: RuleCode) -> None:
    refused = api(cast.owner).post(VISITS, off_grid(cast, "off_grid", code.value), key="k")
    assert (refusal(refused), rules(refused)) == ((403, "override_not_allowed"), [code.value])
    assert not Appointment.objects.exists()


def test_patients_and_staff_of_other_clinics_set_nothing_aside(cast: Cast) -> None:
    own = {**off_grid(cast, "off_grid")}
    assert refusal(api(cast.patient).post(VISITS, own, key="k")) == (403, "override_not_allowed")
    PatientClinic.objects.create(patient=cast.patient, clinic=cast.langley, origin="desk")
    refused = api(cast.desk_langley).post(VISITS, own, key="k")
    assert refusal(refused) == (403, "permission_denied"), "sees the patient, but does not book at Coquitlam"
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("body", [{"code": "off_grid"}, {"reason": "x"}, {"code": "no_such", "reason": "x"}])
def test_an_override_names_a_rule_and_a_reason(cast: Cast, body: dict[str, str]) -> None:
    refused = api(cast.desk_coquitlam).post(VISITS, wanted(cast, patient_id=cast.patient, overrides=[body]), key="k")
    assert refusal(refused) == (400, "validation_failed")
    assert all(pointer.startswith("/overrides/0/") for pointer in faults(refused))


def in_french(client: ApiClient, method: str, path: str, body: Any = None) -> Any:
    return client.call(method, path, body, key=str(uuid.uuid4()), headers={"Accept-Language": "fr-CA,fr;q=0.9"})


def test_names_are_in_the_language_asked_for_and_codes_never_change(cast: Cast) -> None:
    """D26."""
    client = api(cast.patient)
    visit = made(in_french(client, "POST", VISITS, wanted(cast, practitioner_id=cast.ims)))
    assert visit["service"]["name"] == "physio-follow-up (fr)"
    assert visit["practitioner"]["title"] == "Physiothérapeute"
    path = f"{VISITS}/{visit['id']}"
    assert in_french(client, "GET", path).json()["service"]["name"] == "physio-follow-up (fr)"
    assert client.get(path).json()["service"]["name"] == "physio-follow-up"
    english, french = client.get(path)["ETag"], in_french(client, "GET", path)["ETag"]
    assert english != french, "a cache must not give one for the other"


def test_refusals_are_in_the_language_asked_for(cast: Cast) -> None:
    client = api(cast.patient)
    book(client, wanted(cast))
    english = client.post(VISITS, wanted(cast), key="en").json()
    french = in_french(client, "POST", VISITS, wanted(cast)).json()
    assert (french["code"], french["rules"][0]["code"]) == (english["code"], english["rules"][0]["code"])
    for name in ("title", "detail"):
        assert french[name] != english[name]
    assert french["rules"][0]["detail"] != english["rules"][0]["detail"]
