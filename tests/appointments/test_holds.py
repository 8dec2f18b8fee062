"""Holds over HTTP: kept for a few minutes, for one caller, and then gone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from backend.accounts.models import User
from backend.appointments.models import Appointment, Transition
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from tests.appointments.calls import HOLDS, VISITS, api, book, faults, made, refusal, rules, travel, wish
from tests.cast import MON, THU, TUE, Cast
from tests.policy.traces import undone


def start_of(cast: Cast, time: str = "10:00") -> datetime:
    return cast.at(cast.coquitlam, MON, time, week=2)


def wanted(cast: Cast, **more: Any) -> dict[str, Any]:
    return wish(cast.physio_follow_up, cast.coquitlam, more.pop("at", start_of(cast)), **more)


def test_a_hold_says_what_is_kept_and_for_how_long(cast: Cast) -> None:
    client = api(cast.patient)
    answer = client.post(HOLDS, wanted(cast, practitioner_id=cast.ims))
    hold = made(answer)
    assert hold["patient_id"] == str(cast.patient.pk)
    assert hold["practitioner_id"] == hold["practitioner"]["id"] == str(cast.ims.pk)
    assert hold["practitioner"]["name"] == str(cast.ims)
    assert (hold["service"]["id"], hold["clinic"]["id"]) == (hold["service_id"], hold["clinic_id"])
    assert (hold["service"]["name"], hold["clinic"]["street"]) == (cast.physio_follow_up.name, cast.coquitlam.street)
    day = cast.day(cast.coquitlam, MON, week=2)
    assert (hold["starts_at"], hold["ends_at"]) == (f"{day}T10:00:00-07:00", f"{day}T10:30:00-07:00")
    assert settings.HOLD_SECONDS - 30 < hold["expires_in_seconds"] <= settings.HOLD_SECONDS
    again = client.get(answer["Location"]).json()
    assert {**again, "expires_in_seconds": 0} == {**hold, "expires_in_seconds": 0}


def test_a_hold_leaves_one_trace_of_each_kind(cast: Cast) -> None:
    hold = made(api(cast.patient).post(HOLDS, wanted(cast)))
    event = DomainEvent.objects.get(subject_id=hold["id"])
    assert (event.type, event.clinic_id) == ("hold.created.v1", cast.coquitlam.pk)
    entry = AuditEntry.objects.get(subject_id=hold["id"])
    assert (entry.action, entry.actor_id) == ("hold.created", cast.patient.user_id)
    assert (entry.patient_id, entry.clinic_id) == (cast.patient.pk, cast.coquitlam.pk)
    step = Transition.objects.get(appointment_id=hold["id"])
    assert (step.from_status, step.to_status, step.by_id) == ("", "held", cast.patient.user_id)


def test_the_same_caller_asking_again_gets_the_same_hold(cast: Cast) -> None:
    client = api(cast.patient)
    hold = made(client.post(HOLDS, wanted(cast)))
    travel(by=timedelta(seconds=60))
    for body in (wanted(cast), wanted(cast, practitioner_id=hold["practitioner_id"], patient_id=cast.patient)):
        again = made(client.post(HOLDS, body))
        assert (again["id"], again["expires_at"]) == (hold["id"], hold["expires_at"]), "not kept any longer"
    assert Appointment.objects.count() == DomainEvent.objects.count() == AuditEntry.objects.count() == 1


def test_another_practitioner_at_the_same_start_is_another_time(cast: Cast) -> None:
    client = api(cast.patient)
    made(client.post(HOLDS, wanted(cast, practitioner_id=cast.ims)))
    refused = client.post(HOLDS, wanted(cast, practitioner_id=cast.physio))
    assert refusal(refused) == (409, "patient_overlap")
    assert rules(refused) == ["patient_busy"]

    desk = api(cast.desk_coquitlam)
    later = start_of(cast, "11:00")
    ids = {
        made(desk.post(HOLDS, wanted(cast, at=later, practitioner_id=who)))["id"]
        for who in (cast.ims, cast.physio, cast.ims)
    }
    assert len(ids) == 2, "the desk may keep both for somebody yet to be named"


def test_what_is_held_is_nobody_elses_and_others_are_told_what_is_free(cast: Cast) -> None:
    held = wanted(cast, practitioner_id=cast.ims)
    made(api(cast.patient).post(HOLDS, held))
    other = api(cast.parent)
    for call in (other.post(HOLDS, held), other.post(VISITS, held, key="k")):
        assert refusal(call) == (409, "slot_taken")
        assert rules(call) == ["practitioner_busy"]
    alternatives = call.json()["alternatives"]
    assert len(alternatives) == 3
    for one in alternatives:
        assert one["practitioner_ids"] == [str(cast.ims.pk)]
        start = datetime.fromisoformat(one["starts_at"])
        with undone():  # they overlap each other
            booked = book(other, wish(cast.physio_follow_up, cast.coquitlam, start, practitioner_id=cast.ims))
        assert booked["starts_at"] == one["starts_at"]


def test_letting_go_frees_the_start_at_once(cast: Cast) -> None:
    client, body = api(cast.patient), wanted(cast, practitioner_id=cast.ims)
    hold = made(client.post(HOLDS, body))
    path = f"{HOLDS}/{hold['id']}"
    assert refusal(api(cast.parent).delete(path)) == (404, "not_found")
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 204, "a second time changes nothing"
    assert [event.type for event in DomainEvent.objects.order_by("position")] == ["hold.created.v1", "hold.released.v1"]
    assert AuditEntry.objects.filter(subject_id=hold["id"]).count() == 2
    assert client.get(path).json()["expires_in_seconds"] <= settings.HOLD_SECONDS
    assert refusal(client.post(VISITS, {"hold_id": hold["id"]}, key="k")) == (409, "hold_expired")
    made(api(cast.parent).post(HOLDS, body))
    assert made(client.post(HOLDS, wanted(cast)))["practitioner_id"] != hold["practitioner_id"]


def test_a_hold_runs_out_by_itself(cast: Cast) -> None:
    client, body = api(cast.patient), wanted(cast, practitioner_id=cast.ims)
    hold = made(client.post(HOLDS, body))
    expires_at = datetime.fromisoformat(hold["expires_at"])
    travel(to=expires_at - timedelta(seconds=2))
    assert refusal(api(cast.parent).post(HOLDS, body)) == (409, "slot_taken")
    travel(to=expires_at)
    assert client.get(f"{HOLDS}/{hold['id']}").json()["expires_in_seconds"] == 0
    assert refusal(client.post(VISITS, {"hold_id": hold["id"]}, key="k")) == (409, "hold_expired")
    made(api(cast.parent).post(HOLDS, body))
    row = Appointment.objects.get(pk=hold["id"])
    assert row.status == "expired"
    assert list(row.transitions.order_by("at").values_list("to_status", "by")) == [
        ("held", cast.patient.user_id),
        ("expired", None),
    ]
    assert DomainEvent.objects.filter(subject_id=hold["id"], type="hold.released.v1").count() == 1
    assert client.delete(f"{HOLDS}/{hold['id']}").status_code == 204


def test_a_hold_is_no_visit_until_it_is_booked_and_then_no_hold(cast: Cast) -> None:
    client = api(cast.patient)
    hold = made(client.post(HOLDS, wanted(cast)))
    path = f"{HOLDS}/{hold['id']}"
    assert client.get(VISITS).json()["results"] == []
    assert refusal(client.get(f"{VISITS}/{hold['id']}")) == (404, "not_found")
    assert refusal(client.post(f"{VISITS}/{hold['id']}/cancel", {"reason_code": "other"})) == (404, "not_found")

    visit = book(client, {"hold_id": hold["id"]})
    assert (visit["id"], visit["starts_at"]) == (hold["id"], hold["starts_at"])
    assert [one["id"] for one in client.get(VISITS).json()["results"]] == [hold["id"]]
    assert refusal(client.get(path)) == (404, "not_found")
    assert refusal(client.delete(path)) == (404, "not_found")
    assert Appointment.objects.get(pk=hold["id"]).status == "booked"
    again = client.post(VISITS, {"hold_id": hold["id"]}, key="again")
    assert (refusal(again), again.json()["appointment_id"]) == ((409, "hold_booked"), visit["id"])


def test_a_hold_of_the_desk_gets_its_patient_when_booked(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    hold = made(desk.post(HOLDS, wanted(cast)))
    assert hold["patient_id"] is None
    nobody = desk.post(VISITS, {"hold_id": hold["id"]}, key="k")
    assert (refusal(nobody), faults(nobody)) == ((400, "validation_failed"), {"/patient_id": "required"})
    visit = book(desk, {"hold_id": hold["id"], "patient_id": str(cast.cleared.pk)})
    assert (visit["id"], visit["patient_id"]) == (hold["id"], str(cast.cleared.pk))


def test_a_hold_of_the_desk_is_refused_for_a_patient_who_is_busy_then(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    book(desk, wanted(cast, practitioner_id=cast.ims, patient_id=cast.cleared))
    hold = made(desk.post(HOLDS, wanted(cast, practitioner_id=cast.physio)))
    refused = desk.post(VISITS, {"hold_id": hold["id"], "patient_id": str(cast.cleared.pk)}, key="k")
    assert refusal(refused) == (409, "patient_overlap")
    assert Appointment.objects.get(pk=hold["id"]).status == "held", "still there for another patient"


@pytest.mark.parametrize("name", ["patient_id", "service_id", "clinic_id", "practitioner_id", "starts_at"])
def test_what_is_said_beside_a_hold_must_be_as_the_hold_has_it(cast: Cast, name: str) -> None:
    """R6."""
    client = api(cast.parent)
    hold = made(client.post(HOLDS, wanted(cast, patient_id=cast.child, practitioner_id=cast.ims)))
    right = {key: hold[key] for key in ("patient_id", "service_id", "clinic_id", "practitioner_id", "starts_at")}
    other = {
        "patient_id": str(cast.parent.pk),
        "service_id": str(cast.physio_initial.pk),
        "clinic_id": str(cast.langley.pk),
        "practitioner_id": str(cast.physio.pk),
        "starts_at": start_of(cast, "10:15").isoformat(),
    }
    differs = client.post(VISITS, {"hold_id": hold["id"], **right, name: other[name]}, key="k")
    assert (refusal(differs), faults(differs)) == ((400, "validation_failed"), {f"/{name}": "mismatch"})
    assert book(client, {"hold_id": hold["id"], **right})["patient_id"] == str(cast.child.pk)


def test_a_hold_for_a_child_is_booked_for_the_child_without_saying_so_again(cast: Cast) -> None:
    client = api(cast.parent)
    hold = made(client.post(HOLDS, wanted(cast, patient_id=cast.child)))
    assert book(client, {"hold_id": hold["id"]})["patient_id"] == str(cast.child.pk)


def test_an_address_not_yet_verified_may_neither_hold_nor_book(cast: Cast) -> None:
    """R22: told at the first step, not at the last."""
    client = api(cast.patient)
    hold = made(client.post(HOLDS, wanted(cast)))
    User.objects.filter(patient=cast.patient).update(email_verified_at=None)
    assert refusal(client.post(HOLDS, wanted(cast, at=start_of(cast, "11:00")))) == (403, "email_not_verified")
    assert refusal(client.post(VISITS, {"hold_id": hold["id"]}, key="k")) == (403, "email_not_verified")


def test_a_hold_tells_price_and_policy_as_the_visit_will(cast: Cast) -> None:
    client = api(cast.patient)
    hold = made(client.post(HOLDS, wanted(cast)))
    assert (hold["price_minor"], hold["currency"], hold["late_cancellation_fee_percent"]) == (10_000, "CAD", 50)
    visit = book(client, {"hold_id": hold["id"]})
    same = set(hold) & set(visit) - {"id", "updated_at"}
    assert {"price_minor", "tax_basis_points", "no_show_fee_percent", "free_cancellation_until"} <= same
    assert {name: hold[name] for name in same} == {name: visit[name] for name in same}


def test_callers_list_their_own_holds_while_they_last(cast: Cast) -> None:
    client = api(cast.parent)
    assert client.get(HOLDS).json() == {"results": [], "next_cursor": None}
    first = made(client.post(HOLDS, wanted(cast, at=start_of(cast, "12:00"))))
    travel(by=timedelta(seconds=60))
    second = made(client.post(HOLDS, wanted(cast, patient_id=cast.child)))
    let_go = made(client.post(HOLDS, wanted(cast, at=start_of(cast, "14:00"))))
    client.delete(f"{HOLDS}/{let_go['id']}")
    made(api(cast.patient).post(HOLDS, wanted(cast)))
    listed = client.get(HOLDS).json()["results"]
    assert [hold["id"] for hold in listed] == [first["id"], second["id"]], "the next to end first, nobody else's"
    assert {**listed[1], "expires_in_seconds": 0} == {**second, "expires_in_seconds": 0}
    page = client.get(HOLDS, {"limit": 1}).json()
    rest = client.get(HOLDS, {"limit": 1, "cursor": page["next_cursor"]}).json()
    assert [one["id"] for one in page["results"] + rest["results"]] == [first["id"], second["id"]]
    book(client, {"hold_id": second["id"]})
    travel(to=datetime.fromisoformat(first["expires_at"]))
    assert client.get(HOLDS).json()["results"] == []


@pytest.mark.parametrize("who", ["patient", "desk"])
def test_nobody_holds_a_treatment_that_has_no_clearance(cast: Cast, who: str) -> None:
    """D7: staff too."""
    client = api(cast.patient if who == "patient" else cast.desk_coquitlam)
    tuesday = cast.at(cast.coquitlam, TUE, "10:00", week=2)
    body = wish(cast.ims_treatment, cast.coquitlam, tuesday, patient_id=cast.patient)
    refused = client.post(HOLDS, body)
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["assessment_needed"])
    assert refused.json()["rules"][0]["class"] == "hard"


@pytest.mark.parametrize("name", ["service_id", "clinic_id", "practitioner_id"])
def test_what_does_not_exist_cannot_be_held(cast: Cast, name: str) -> None:
    body = {**wanted(cast), name: "019a0000-0000-7000-8000-00000000dead"}
    assert refusal(api(cast.patient).post(HOLDS, body)) == (404, "not_found")


def test_the_time_that_was_held_is_kept_although_the_notice_has_passed(cast: Cast) -> None:
    """A hold made just before the clinic's notice ends is booked within it."""
    client = api(cast.patient)
    thursday = cast.at(cast.coquitlam, THU, "10:00", week=2)
    travel(to=thursday - timedelta(minutes=121))
    hold = made(client.post(HOLDS, wanted(cast, at=thursday)))
    travel(by=timedelta(minutes=2))
    outright = wanted(cast, at=thursday - timedelta(minutes=30), practitioner_id=cast.physio)
    assert rules(api(cast.parent).post(VISITS, outright, key="late")) == ["too_soon"]
    assert book(client, {"hold_id": hold["id"]})["status"] == "booked"
