"""Waiting for a time: who may join which queue, who sees it, who reorders it. A massage has one giver and one room."""

from datetime import timedelta
from typing import Any

import pytest

from backend.appointments.models import WaitlistEntry
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from tests.api_client import ApiClient
from tests.appointments.calls import api, book, faults, refusal, rules, wish
from tests.appointments.waiting import ENTRIES, entry_of, join, wanted
from tests.cast import MON, TUE, Cast
from tests.policy.traces import fingerprint


@pytest.fixture
def desk(cast: Cast) -> ApiClient:
    return api(cast.desk_coquitlam)


def listed(client: ApiClient, **query: Any) -> list[str]:
    answer = client.get(ENTRIES, query)
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


def test_a_patient_waits_and_sees_the_place(cast: Cast) -> None:
    entry = join(cast.patient, wanted(cast, weekdays=[2, 1, 2], day_parts=["evening", "morning"]))
    assert (entry["status"], entry["offers"], entry["ended_at"]) == ("waiting", [], None)
    assert (entry["weekdays"], entry["day_parts"]) == ([1, 2], ["morning", "evening"])
    assert entry["patient"]["name"] == "Patient Test"
    assert [(one["clinic_name"], one["position"]) for one in entry["places"]] == [("Coquitlam", 1)]
    second = join(cast.cleared, wanted(cast))
    assert [one["position"] for one in second["places"]] == [2]
    assert entry_of(cast.patient, entry) == entry


def test_each_service_and_clinic_has_a_queue_of_its_own(cast: Cast) -> None:
    join(cast.patient, wanted(cast))
    other = join(cast.patient, wanted(cast, cast.physio_follow_up, cast.coquitlam, cast.langley))
    join(cast.cleared, wanted(cast, cast.physio_follow_up, cast.langley))
    last = join(cast.parent, wanted(cast, cast.physio_follow_up, cast.langley, cast.coquitlam))
    assert [one["position"] for one in other["places"]] == [1, 1]
    assert [(one["clinic_name"], one["position"]) for one in last["places"]] == [("Langley", 3), ("Coquitlam", 2)]


def test_joining_leaves_one_trace_of_each_kind(cast: Cast) -> None:
    entry = join(cast.patient, wanted(cast))
    event = DomainEvent.objects.get(type="waitlist.joined.v1")
    assert (str(event.subject_id), event.payload["patient_id"]) == (entry["id"], str(cast.patient.pk))
    assert AuditEntry.objects.get(action="waitlist.joined").patient_id == cast.patient.pk


def test_nobody_waits_twice_for_one_service(cast: Cast) -> None:
    client, body = api(cast.patient), wanted(cast)
    first = join(client, body)
    assert refusal(client.post(ENTRIES, body)) == (409, "already_exists")
    assert client.delete(f"{ENTRIES}/{first['id']}").status_code == 204
    join(client, body)


def test_the_same_key_joins_once(cast: Cast) -> None:
    client = api(cast.patient)
    first, again = (client.post(ENTRIES, wanted(cast), key="w") for _ in range(2))
    assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")


def test_who_acts_for_whom(cast: Cast, desk: ApiClient) -> None:
    child = join(cast.parent, wanted(cast, patient_id=cast.child))
    assert child["patient_id"] == str(cast.child.pk)
    join(desk, wanted(cast, patient_id=cast.patient))
    for client, more, told in (
        (api(cast.stranger), {"patient_id": cast.patient}, (404, "not_found")),
        (desk, {}, (400, "validation_failed")),
        (desk, {"patient_id": cast.stranger}, (404, "not_found")),
        (api(cast.physio), {}, (403, "permission_denied")),
    ):
        assert refusal(client.post(ENTRIES, wanted(cast, cast.physio_follow_up, **more))) == told
    both = wanted(cast, cast.physio_follow_up, cast.coquitlam, cast.langley, patient_id=cast.patient)
    assert refusal(desk.post(ENTRIES, both)) == (403, "permission_denied"), "Langley is not theirs"


def test_nobody_waits_for_what_cannot_come(cast: Cast) -> None:
    client, before = api(cast.patient), fingerprint()
    for body, codes in (
        (wanted(cast, cast.ims_treatment), ["assessment_needed"]),
        (wanted(cast, cast.massage, cast.langley), ["not_offered"]),
        (wanted(cast, practitioner_ids=[str(cast.physio.pk)]), ["not_offered"]),
    ):
        answer = client.post(ENTRIES, body)
        assert (refusal(answer), rules(answer)) == ((422, "slot_not_bookable"), codes)
    cast.coquitlam.is_online_booking_on = False
    cast.coquitlam.save()
    assert rules(client.post(ENTRIES, wanted(cast))) == ["online_booking_off"]
    cast.coquitlam.is_online_booking_on = True
    cast.coquitlam.save()
    assert fingerprint()["appointments_waitlistentry"] == before["appointments_waitlistentry"]


def test_nobody_waits_for_what_is_withdrawn(cast: Cast) -> None:
    client = api(cast.patient)
    body = wanted(cast, cast.physio_follow_up, practitioner_ids=[str(cast.physio.pk)])
    for row in (cast.coquitlam, cast.physio_follow_up, cast.physio):
        type(row).objects.filter(pk=row.pk).update(is_active=False)
        assert rules(client.post(ENTRIES, body)) == ["not_offered"], row
        type(row).objects.filter(pk=row.pk).update(is_active=True)
    assert client.post(ENTRIES, body).status_code == 201


def test_odd_wishes_are_refused(cast: Cast) -> None:
    client, day = api(cast.patient), cast.day(cast.coquitlam, MON)
    past = {"first_date": str(day - timedelta(days=30)), "last_date": str(day - timedelta(days=20))}
    backwards = {"first_date": str(day), "last_date": str(day - timedelta(days=1))}
    for more, pointer in (
        ({"windows": [past]}, "/windows/0/last_date"),
        ({"windows": [backwards]}, "/windows/0/last_date"),
        ({"windows": []}, "/windows"),
        ({"clinic_ids": []}, "/clinic_ids"),
        ({"weekdays": [8]}, "/weekdays/0"),
        ({"day_parts": ["night"]}, "/day_parts/0"),
    ):
        refused = client.post(ENTRIES, {**wanted(cast), **more})
        assert list(faults(refused)) == [pointer], refused.json()


def test_only_an_own_later_visit_of_the_service_is_given_back(cast: Cast) -> None:
    start = cast.at(cast.coquitlam, TUE, "10:00", week=3)
    mine = book(api(cast.patient), wish(cast.massage, cast.coquitlam, start))
    physio = book(api(cast.patient), wish(cast.physio_follow_up, cast.coquitlam, start + timedelta(hours=2)))
    foreign = book(api(cast.cleared), wish(cast.massage, cast.coquitlam, start + timedelta(hours=2)))
    client = api(cast.patient)
    for visit, told in ((foreign, (404, "not_found")), (physio, (400, "validation_failed"))):
        refused = client.post(ENTRIES, wanted(cast, gives_back_appointment_id=visit["id"]))
        assert refusal(refused) == told
    entry = join(client, wanted(cast, gives_back_appointment_id=mine["id"]))
    assert entry["gives_back_appointment_id"] == mine["id"]
    client.delete(f"{ENTRIES}/{entry['id']}")
    assert client.post(f"/v1/appointments/{mine['id']}/cancel", {"reason_code": "other"}).status_code == 200
    refused = client.post(ENTRIES, wanted(cast, gives_back_appointment_id=mine["id"]))
    assert refusal(refused) == (409, "invalid_transition")


def test_who_sees_which_entries(cast: Cast, desk: ApiClient) -> None:
    mine, childs = join(cast.patient, wanted(cast)), join(cast.parent, wanted(cast, patient_id=cast.child))
    there = join(cast.stranger, wanted(cast, cast.physio_follow_up, cast.langley))
    assert listed(api(cast.patient)) == [mine["id"]]
    assert listed(api(cast.parent)) == [childs["id"]]
    assert listed(desk) == [mine["id"], childs["id"]]
    assert listed(api(cast.desk_langley)) == [there["id"]]
    assert set(listed(api(cast.owner))) == {mine["id"], childs["id"], there["id"]}
    assert listed(api(cast.physio)) == []
    path = f"{ENTRIES}/{mine['id']}"
    assert refusal(api(cast.stranger).get(path)) == (404, "not_found")
    assert refusal(api(cast.desk_langley).delete(path)) == (404, "not_found")
    assert refusal(api(cast.physio).delete(path)) == (404, "not_found")


def test_the_desk_reads_its_queue_page_by_page(cast: Cast, desk: ApiClient) -> None:
    ids = [join(who, wanted(cast))["id"] for who in (cast.patient, cast.cleared, cast.parent)]
    query = {"clinic": str(cast.coquitlam.pk), "service": str(cast.massage.pk), "status": "waiting"}
    assert listed(desk, **query) == ids
    page = desk.get(ENTRIES, {**query, "limit": 2}).json()
    assert [one["id"] for one in page["results"]] == ids[:2]
    assert listed(desk, **query, limit=2, cursor=page["next_cursor"]) == ids[2:]
    assert listed(desk, clinic=str(cast.langley.pk)) == []
    assert listed(desk, service=str(cast.physio_follow_up.pk)) == []
    desk.delete(f"{ENTRIES}/{ids[0]}")
    assert listed(desk, **query) == ids[1:]
    assert set(listed(desk)) == set(ids)


def move(client: ApiClient, cast: Cast, entry: str, before: str | None, **more: Any) -> Any:
    body = {"clinic_id": str(cast.coquitlam.pk), "before_entry_id": before, "reason": "In pain", **more}
    return client.post(f"{ENTRIES}/{entry}/move", body)


def test_the_desk_reorders_its_queue_and_no_other(cast: Cast, desk: ApiClient) -> None:
    both = wanted(cast, cast.physio_follow_up, cast.coquitlam, cast.langley)
    first, second, third = (join(who, both)["id"] for who in (cast.patient, cast.cleared, cast.parent))
    here, there = ({"clinic": str(clinic.pk)} for clinic in (cast.coquitlam, cast.langley))
    answer = move(desk, cast, third, first)
    assert answer.status_code == 200, answer.content
    assert [one["position"] for one in answer.json()["places"]] == [1, 3]
    assert listed(desk, **here) == [third, first, second]
    assert listed(api(cast.desk_langley), **there) == [first, second, third]
    move(desk, cast, third, None)
    move(desk, cast, first, third)
    assert listed(desk, **here) == [second, first, third]
    last = join(cast.stranger, both)["id"]
    assert listed(desk, **here) == [second, first, third, last], "who comes new comes last"
    entry = AuditEntry.objects.filter(action="waitlist.moved").earliest("at")
    assert (entry.before, entry.after, entry.reason) == ({"position": 3}, {"position": 1}, "In pain")
    assert DomainEvent.objects.filter(type="waitlist.moved.v1").count() == 3


def test_a_move_that_changes_nothing_writes_nothing(cast: Cast, desk: ApiClient) -> None:
    first, second = (join(who, wanted(cast))["id"] for who in (cast.patient, cast.cleared))
    before = fingerprint()
    assert move(desk, cast, first, second).status_code == 200
    assert move(desk, cast, second, None).status_code == 200
    assert fingerprint() == before


def test_odd_moves_are_refused(cast: Cast, desk: ApiClient) -> None:
    first, second = (join(who, wanted(cast))["id"] for who in (cast.patient, cast.cleared))
    other = join(cast.patient, wanted(cast, cast.physio_follow_up))["id"]
    assert refusal(move(api(cast.patient), cast, second, first)) == (404, "not_found")
    assert refusal(move(api(cast.cleared), cast, second, first)) == (403, "permission_denied")
    assert refusal(move(desk, cast, second, first, clinic_id=str(cast.langley.pk))) == (403, "permission_denied")
    assert faults(move(desk, cast, second, other)) == {"/before_entry_id": "not_found"}
    assert faults(move(desk, cast, second, second)) == {"/before_entry_id": "not_found"}
    elsewhere = move(api(cast.owner), cast, second, first, clinic_id=str(cast.langley.pk))
    assert faults(elsewhere) == {"/clinic_id": "not_found"}
    desk.delete(f"{ENTRIES}/{second}")
    assert refusal(move(desk, cast, second, first)) == (409, "invalid_transition")


def test_leaving_twice_is_leaving_once(cast: Cast) -> None:
    entry, client = join(cast.patient, wanted(cast)), api(cast.patient)
    for _ in range(2):
        assert client.delete(f"{ENTRIES}/{entry['id']}").status_code == 204
    after = entry_of(cast.patient, entry)
    assert (after["status"], after["places"][0]["position"]) == ("left", None)
    assert after["ended_at"] is not None
    assert DomainEvent.objects.filter(type="waitlist.left.v1").count() == 1
    assert WaitlistEntry.objects.get().status == "left"
