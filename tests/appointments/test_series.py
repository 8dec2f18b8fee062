"""Booking several visits together: all of them or none, unless some will do; reading and cancelling them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from backend.appointments.models import Appointment, Series, Transition
from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic
from backend.events.models import DomainEvent
from backend.patients.models import PatientClinic
from backend.practitioners.models import Practitioner, TimeOff
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, faults, made, refusal, travel, wish
from tests.cast import FRI, MON, THU, TUE, WED, Cast
from tests.policy.traces import fingerprint

SERIES = "/v1/series"


def at(cast: Cast, weekday: Any = WED, time: str = "10:00", week: int = 2) -> datetime:
    return cast.at(cast.coquitlam, weekday, time, week=week)


def visit(start: datetime, clinic: Clinic, by: Practitioner | None = None) -> dict[str, Any]:
    return {"starts_at": start.isoformat(), "clinic_id": str(clinic.pk)} | (
        {"practitioner_id": str(by.pk)} if by else {}
    )


def weekly(cast: Cast, count: int = 3, by: Practitioner | None = None) -> list[dict[str, Any]]:
    """Wednesdays at ten."""
    return [visit(at(cast, week=2 + week), cast.coquitlam, by) for week in range(count)]


def order(cast: Cast, visits: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"service_id": str(cast.physio_follow_up.pk), "visits": visits, **more}


def send(client: ApiClient, body: dict[str, Any], *, key: str | None = None) -> Any:
    return client.post(SERIES, body, key=key or str(uuid.uuid4()))


def conflicts(answer: Any) -> dict[int, list[str]]:
    """The rules that refuse each visit, by its place."""
    found = answer if isinstance(answer, dict) else answer.json()
    return {one["index"]: [rule["code"] for rule in one["rules"]] for one in found["conflicts"]}


def starts(series: dict[str, Any]) -> list[datetime]:
    return [datetime.fromisoformat(one["starts_at"]) for one in series["visits"]]


def test_all_are_booked_with_one_practitioner(cast: Cast) -> None:
    client = api(cast.patient)
    answer = send(client, order(cast, weekly(cast), note="By the back door"))
    series = made(answer)
    assert answer["Location"] == f"{SERIES}/{series['id']}"
    assert starts(series) == [at(cast, week=week) for week in (2, 3, 4)]
    assert {one["status"] for one in series["visits"]} == {"booked"}
    assert {one["series_id"] for one in series["visits"]} == {series["id"]}
    assert {one["note"] for one in series["visits"]} == {"By the back door"}
    assert len({one["practitioner_id"] for one in series["visits"]}) == 1
    assert (series["patient_id"], series["conflicts"]) == (str(cast.patient.pk), [])
    read = client.get(f"{SERIES}/{series['id']}").json()
    assert read == series


def test_it_leaves_the_traces_of_each_visit_and_its_own(cast: Cast) -> None:
    series = made(send(api(cast.patient), order(cast, weekly(cast))))
    ids = {one["id"] for one in series["visits"]}
    steps = Transition.objects.values_list("appointment_id", "from_status", "to_status", "by_id")
    assert {(str(key), *step) for key, *step in steps} == {(one, "", "booked", cast.patient.user_id) for one in ids}
    told = DomainEvent.objects.filter(type="appointment.booked.v1").values_list("subject_id", flat=True)
    assert sorted(map(str, told)) == sorted(ids)
    event = DomainEvent.objects.get(type="series.booked.v1")
    assert (str(event.subject_id), set(event.payload["appointment_ids"])) == (series["id"], ids)
    deeds = AuditEntry.objects.filter(action="appointment.booked").values_list("subject_id", flat=True)
    assert sorted(map(str, deeds)) == sorted(ids)
    assert str(AuditEntry.objects.get(action="series.booked").subject_id) == series["id"]


def test_all_or_none(cast: Cast) -> None:
    """The masseur has one visit at that time; patients may not be in two places."""
    busy = [
        book(api(who), wish(cast.physio_follow_up, cast.coquitlam, at(cast, week=3)))
        for who in (cast.parent, cast.cleared)
    ]
    client = api(cast.patient)
    before = fingerprint()
    answer = send(client, order(cast, weekly(cast)))
    assert refusal(answer) == (409, "series_conflict")
    assert conflicts(answer) == {1: ["practitioner_busy", "no_room"]}
    [conflict] = answer.json()["conflicts"]
    assert conflict["starts_at"] == busy[0]["starts_at"]
    assert conflict["rules"][0]["class"] == "hard"
    assert fingerprint() == before


def test_alternatives_are_the_nearest_and_book_along_with_the_others(cast: Cast) -> None:
    for who in (cast.parent, cast.cleared):
        book(api(who), wish(cast.physio_follow_up, cast.coquitlam, at(cast, week=3)))
    client, visits = api(cast.patient), weekly(cast)
    [conflict] = send(client, order(cast, visits)).json()["conflicts"]
    near = [datetime.fromisoformat(one["starts_at"]) for one in conflict["alternatives"]]
    wanted = at(cast, week=3)
    assert near == [wanted - timedelta(minutes=30), wanted + timedelta(minutes=30), wanted - timedelta(minutes=45)]
    for other in conflict["alternatives"]:
        swapped = {**visits[1], "starts_at": other["starts_at"], "practitioner_id": other["practitioner_ids"][-1]}
        series = made(send(client, order(cast, [visits[0], swapped, visits[2]])))
        client.post(f"{SERIES}/{series['id']}/cancel", {"reason_code": "schedule"})


def test_some_will_do(cast: Cast) -> None:
    away = at(cast, week=3).date()
    for person in (cast.ims, cast.physio):
        TimeOff.objects.create(practitioner=person, first_date=away, last_date=away)
    client = api(cast.patient)
    answer = send(client, order(cast, weekly(cast), accept_partial=True), key="some")
    series = made(answer)
    assert starts(series) == [at(cast, week=2), at(cast, week=4)]
    assert conflicts(series) == {1: ["practitioner_away"]}
    assert len(series["conflicts"][0]["alternatives"]) == 3
    assert client.get(f"{SERIES}/{series['id']}").json()["conflicts"] == series["conflicts"]
    again = send(client, order(cast, weekly(cast), accept_partial=True), key="some")
    assert (again["Idempotent-Replayed"], again.json()) == ("true", series)


def test_none_will_not_do(cast: Cast) -> None:
    sundays = [visit(at(cast, time="03:00", week=week), cast.coquitlam) for week in (2, 3)]
    answer = send(api(cast.patient), order(cast, sundays, accept_partial=True))
    assert refusal(answer) == (409, "series_conflict")
    assert conflicts(answer) == {0: ["outside_hours"], 1: ["outside_hours"]}
    assert not Series.objects.exists()


def test_the_visits_of_a_series_are_in_each_others_way(cast: Cast) -> None:
    """Spacing binds within it, so do patient, practitioner and room."""
    treatment = {"service_id": str(cast.ims_treatment.pk)}
    days = [visit(at(cast, weekday), cast.coquitlam) for weekday in (MON, TUE, WED)]
    answer = send(api(cast.cleared), order(cast, days) | treatment)
    assert conflicts(answer) == {1: ["spacing_too_short"], 2: ["spacing_too_short"]}
    twice = [visit(at(cast), cast.coquitlam), visit(at(cast), cast.coquitlam)]
    assert conflicts(send(api(cast.cleared), order(cast, twice))) == {1: ["patient_busy"]}
    close = [visit(at(cast), cast.coquitlam), visit(at(cast) + timedelta(minutes=15), cast.coquitlam)]
    assert conflicts(send(api(cast.cleared), order(cast, close))) == {1: ["patient_busy"]}
    side_by_side = [visit(at(cast), cast.coquitlam, cast.ims), visit(at(cast) + timedelta(minutes=30), cast.coquitlam)]
    assert len(made(send(api(cast.cleared), order(cast, side_by_side)))["visits"]) == 2


def test_an_earlier_visit_goes_before_a_later_one_whatever_the_order(cast: Cast) -> None:
    days = [visit(at(cast, TUE), cast.coquitlam), visit(at(cast, MON), cast.coquitlam)]
    answer = send(api(cast.cleared), order(cast, days) | {"service_id": str(cast.ims_treatment.pk)})
    assert conflicts(answer) == {0: ["spacing_too_short"]}


def test_a_series_may_go_over_several_clinics(cast: Cast) -> None:
    visits = [
        visit(at(cast), cast.coquitlam, cast.ims),
        visit(cast.at(cast.langley, THU, "10:00", week=3), cast.langley),
    ]
    series = made(send(api(cast.patient), order(cast, visits)))
    assert {one["clinic_id"] for one in series["visits"]} == {str(cast.coquitlam.pk), str(cast.langley.pk)}
    assert PatientClinic.objects.filter(patient=cast.patient).count() == 2
    desk = api(cast.desk_langley).get(f"{SERIES}/{series['id']}").json()
    assert [one["clinic_id"] for one in desk["visits"]] == [str(cast.langley.pk)]
    assert refusal(api(cast.stranger).get(f"{SERIES}/{series['id']}")) == (404, "not_found")


def test_staff_see_of_what_was_refused_what_was_wanted_at_their_clinics(cast: Cast) -> None:
    visits = [visit(at(cast), cast.coquitlam), visit(cast.at(cast.langley, FRI, "03:00"), cast.langley)]
    series = made(send(api(cast.patient), order(cast, visits, accept_partial=True)))
    assert conflicts(series) == {1: ["outside_hours"]}
    path = f"{SERIES}/{series['id']}"
    assert api(cast.desk_coquitlam).get(path).json()["conflicts"] == []
    assert api(cast.owner).get(path).json()["conflicts"] == series["conflicts"]


def test_for_whom(cast: Cast) -> None:
    child, parent = {"patient_id": str(cast.child.pk)}, api(cast.parent)
    assert made(send(parent, order(cast, weekly(cast), **child)))["patient_id"] == str(cast.child.pk)
    assert refusal(send(api(cast.patient), order(cast, weekly(cast), **child))) == (404, "not_found")
    desk = api(cast.desk_coquitlam)
    assert faults(send(desk, order(cast, weekly(cast)))) == {"/patient_id": "required"}
    mine = {"patient_id": str(cast.patient.pk)}
    both = [*weekly(cast), visit(cast.at(cast.langley, THU, "10:00", week=6), cast.langley)]
    assert refusal(send(desk, order(cast, both, **mine))) == (403, "permission_denied")
    series = made(send(desk, order(cast, weekly(cast, by=cast.physio), **mine)))
    assert Series.objects.get(pk=series["id"]).booked_by_id == cast.desk_coquitlam.pk
    assert cast.patient.user
    type(cast.patient.user).objects.filter(pk=cast.patient.user.pk).update(email_verified_at=None)
    assert refusal(send(api(cast.patient), order(cast, weekly(cast)))) == (403, "email_not_verified")


def test_nonsense_is_refused(cast: Cast) -> None:
    client = api(cast.patient)
    assert refusal(client.post(SERIES, order(cast, weekly(cast)))) == (400, "idempotency_key_required")
    assert faults(send(client, order(cast, []))) == {"/visits": "too_short"}
    assert faults(send(client, order(cast, weekly(cast, 21)))) == {"/visits": "too_long"}
    far = [visit(at(cast), cast.coquitlam), {**visit(at(cast), cast.coquitlam), "starts_at": "2199-01-01T09:00:00Z"}]
    answer = send(client, order(cast, far))
    assert (refusal(answer), answer.json()["max_days"]) == ((400, "range_too_long"), 731)
    nobody = {**visit(at(cast), cast.coquitlam), "practitioner_id": str(uuid.uuid4())}
    assert refusal(send(client, order(cast, [nobody]))) == (404, "not_found")
    assert refusal(send(client, order(cast, [{**nobody, "clinic_id": str(uuid.uuid4())}]))) == (404, "not_found")
    other = visit(at(cast), cast.coquitlam, cast.masseur)
    assert conflicts(send(client, order(cast, [other, visit(at(cast, week=3), cast.coquitlam)]))) == {
        0: ["not_offered"]
    }
    past = {**visit(at(cast), cast.coquitlam), "starts_at": "1900-01-01T09:00:00Z"}
    assert "too_soon" in conflicts(send(client, order(cast, [past])))[0]


def test_what_is_left_of_it_is_cancelled_at_once(cast: Cast) -> None:
    client = api(cast.patient)
    series = made(send(client, order(cast, weekly(cast, 4))))
    path, first = f"{SERIES}/{series['id']}", series["visits"][0]
    client.post(f"{VISITS}/{series['visits'][1]['id']}/cancel", {"reason_code": "ill"})
    travel(to=at(cast) + timedelta(minutes=1))
    answer = client.post(f"{path}/cancel", {"reason_code": "better", "note": "All well"}, key="c")
    assert answer.status_code == 200, answer.content
    told = [(one["status"], one["cancel_reason"]) for one in answer.json()["visits"]]
    assert told == [("booked", "none"), ("cancelled", "ill"), ("cancelled", "better"), ("cancelled", "better")]
    assert Appointment.objects.get(pk=first["id"]).status == "booked"
    assert DomainEvent.objects.filter(type="appointment.cancelled.v1").count() == 3
    assert AuditEntry.objects.filter(action="appointment.cancelled", reason="better").count() == 2
    before = fingerprint()
    assert client.post(f"{path}/cancel", {"reason_code": "better"}).json()["visits"] == answer.json()["visits"]
    assert fingerprint() == before


def test_each_visit_costs_what_its_policy_says(cast: Cast) -> None:
    """Only the first is near enough to cost anything."""
    client = api(cast.patient)
    series = made(send(client, order(cast, weekly(cast))))
    path = f"{SERIES}/{series['id']}"
    travel(to=at(cast) - timedelta(hours=1))
    fee = client.get(path).json()["fee_if_now_minor"]
    assert fee == client.get(f"{VISITS}/{series['visits'][0]['id']}").json()["fee_if_now_minor"] > 0
    refused = client.post(f"{path}/cancel", {"reason_code": "cost", "expected_fee_minor": 0})
    assert (refusal(refused), refused.json()["fee_if_now_minor"]) == ((409, "fee_changed"), fee)
    assert not Appointment.objects.filter(status="cancelled").exists()
    after = client.post(f"{path}/cancel", {"reason_code": "cost", "expected_fee_minor": fee}).json()
    assert [one["fee_minor"] for one in after["visits"]] == [fee, 0, 0]
    assert after["fee_if_now_minor"] == 0


def test_who_may_not_cancel_the_visits_may_not_cancel_the_series(cast: Cast) -> None:
    series = made(send(api(cast.patient), order(cast, weekly(cast, by=cast.physio))))
    path = f"{SERIES}/{series['id']}/cancel"
    assert refusal(api(cast.physio).post(path, {"reason_code": "other"})) == (403, "permission_denied")
    assert refusal(api(cast.desk_langley).post(path, {"reason_code": "other"})) == (404, "not_found")
    desk = api(cast.desk_coquitlam).post(path, {"reason_code": "clinic"}).json()
    assert {one["status"] for one in desk["visits"]} == {"cancelled"}


def test_staff_cancel_what_is_at_their_clinic(cast: Cast) -> None:
    visits = [
        visit(at(cast), cast.coquitlam, cast.ims),
        visit(cast.at(cast.langley, THU, "10:00", week=3), cast.langley),
    ]
    series = made(send(api(cast.patient), order(cast, visits)))
    path = f"{SERIES}/{series['id']}"
    api(cast.desk_langley).post(f"{path}/cancel", {"reason_code": "clinic"})
    assert [one["status"] for one in api(cast.patient).get(path).json()["visits"]] == ["booked", "cancelled"]


@pytest.mark.parametrize("column", ["patient_id", "service_id"])
def test_a_visit_of_a_series_is_of_its_patient_and_service(cast: Cast, column: str) -> None:
    series = made(send(api(cast.patient), order(cast, weekly(cast))))
    other = {"patient_id": cast.parent.pk, "service_id": cast.massage.pk}
    Appointment.objects.filter(pk=series["visits"][0]["id"]).update(**{column: other[column]})
    with pytest.raises(IntegrityError, match="appointment_is_of_its_series"):
        connection.check_constraints()
