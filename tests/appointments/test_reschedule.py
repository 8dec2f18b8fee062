"""Moving a visit over HTTP: the same row, somewhere else, or nothing at all."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from backend.appointments.models import Appointment, Transition
from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic, Membership
from backend.events.models import DomainEvent
from backend.patients.models import PatientClinic
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, faults, refusal, rules, travel, wish
from tests.appointments.searching import days_of, slots, starts_of
from tests.cast import FRI, MON, SUN, THU, TUE, WED, Cast
from tests.policy.traces import fingerprint


def at(cast: Cast, weekday: Any = WED, time: str = "10:00", week: int = 2) -> datetime:
    return cast.at(cast.coquitlam, weekday, time, week=week)


@pytest.fixture
def visit(cast: Cast) -> dict[str, Any]:
    """A follow-up of `patient` with `ims` on a Wednesday at ten, the week after next."""
    wanted = wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.ims)
    return book(api(cast.patient), wanted)


def move(client: ApiClient, visit: dict[str, Any], to: datetime, **more: Any) -> Any:
    options = {name: more.pop(name) for name in ("key", "if_match", "headers") if name in more}
    plain = {name: str(value.pk) if hasattr(value, "pk") else value for name, value in more.items()}
    return client.post(f"{VISITS}/{visit['id']}/reschedule", {"starts_at": to.isoformat(), **plain}, **options)


def moved(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_a_visit_is_moved_and_stays_what_it_is(cast: Cast, visit: dict[str, Any]) -> None:
    client = api(cast.patient)
    after = moved(move(client, visit, at(cast, TUE, "14:00"), key="m"))
    changed = {name for name in after if after[name] != visit[name]}
    assert changed == {
        "starts_at",
        "ends_at",
        "local_start",
        "can_cancel_until",
        "free_cancellation_until",
        "revision",
        "reschedules_left",
        "updated_at",
        "etag",
    }
    assert (after["revision"], after["reschedules_left"]) == (1, 2)
    assert datetime.fromisoformat(after["free_cancellation_until"]) == at(cast, TUE, "14:00") - timedelta(hours=24)
    again = move(client, visit, at(cast, TUE, "14:00"), key="m")
    assert (again["Idempotent-Replayed"], moved(again)["revision"]) == ("true", 1)
    assert Appointment.objects.get().version == 2
    other = wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.ims)
    assert book(api(cast.parent), other)["starts_at"] == visit["starts_at"], "the old time is free at once"


def test_it_leaves_one_trace_of_each_kind(cast: Cast, visit: dict[str, Any]) -> None:
    moved(move(api(cast.patient), visit, at(cast, TUE, "14:00")))
    event = DomainEvent.objects.get(type="appointment.rescheduled.v1")
    assert str(event.subject_id) == visit["id"]
    assert event.payload["revision"] == 1
    assert datetime.fromisoformat(event.payload["previous_starts_at"]) == at(cast)
    assert datetime.fromisoformat(event.payload["starts_at"]) == at(cast, TUE, "14:00")
    entry = AuditEntry.objects.get(action="appointment.rescheduled")
    assert (list(entry.before), list(entry.after)) == (["starts_at"], ["starts_at"])
    step = Transition.objects.get(from_status="booked")
    assert (step.to_status, step.by_id, list(step.changes)) == ("booked", cast.patient.user_id, ["starts_at"])
    assert datetime.fromisoformat(step.changes["starts_at"]["before"]) == at(cast)


def test_it_may_move_into_its_own_time(cast: Cast, visit: dict[str, Any]) -> None:
    """Practitioner, room and patient are busy then only with this very visit."""
    after = moved(move(api(cast.patient), visit, at(cast, time="10:15")))
    assert (after["practitioner_id"], after["room_name"]) == (visit["practitioner_id"], visit["room_name"])


def test_another_visit_in_its_own_time_is_still_in_the_way(cast: Cast, visit: dict[str, Any]) -> None:
    """What is looked past is the visit alone, not whatever happens at the time."""
    wanted = wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.physio)
    book(api(cast.parent), wanted)
    refused = move(api(cast.patient), visit, at(cast), practitioner_id=cast.physio)
    assert (refusal(refused), rules(refused)) == ((409, "slot_taken"), ["practitioner_busy"])


def test_it_keeps_its_practitioner_unless_told_otherwise(cast: Cast, visit: dict[str, Any]) -> None:
    client, thursday = api(cast.patient), at(cast, THU)
    refused = move(client, visit, thursday)
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["outside_hours"])
    named = moved(move(client, visit, thursday, practitioner_id=cast.physio))
    assert named["practitioner_id"] == str(cast.physio.pk)
    picked = moved(move(client, visit, at(cast, FRI), practitioner_id=None))
    assert picked["practitioner_id"] == str(cast.physio.pk)


def test_it_moves_to_another_clinic(cast: Cast, visit: dict[str, Any]) -> None:
    thursday = cast.at(cast.langley, THU, "10:00", week=2)
    after = moved(move(api(cast.patient), visit, thursday, clinic_id=cast.langley))
    assert (after["clinic"]["name"], after["practitioner_id"]) == ("Langley", str(cast.ims.pk))
    assert PatientClinic.objects.filter(patient=cast.patient, clinic=cast.langley).exists()
    assert api(cast.desk_langley).get(f"{VISITS}/{visit['id']}").status_code == 200
    assert refusal(api(cast.desk_coquitlam).get(f"{VISITS}/{visit['id']}")) == (404, "not_found")


def test_staff_move_between_clinics_only_if_they_work_at_both(cast: Cast, visit: dict[str, Any]) -> None:
    thursday = cast.at(cast.langley, THU, "10:00", week=2)
    desk = api(cast.desk_coquitlam)
    before = fingerprint()
    assert refusal(move(desk, visit, thursday, clinic_id=cast.langley)) == (403, "permission_denied")
    assert fingerprint() == before
    Membership.objects.create(user=cast.desk_coquitlam, clinic=cast.langley, role="front_desk")
    assert moved(move(desk, visit, thursday, clinic_id=cast.langley))["clinic_id"] == str(cast.langley.pk)


def test_a_move_that_fails_leaves_everything_as_it_was(cast: Cast, visit: dict[str, Any]) -> None:
    taken = wish(cast.physio_follow_up, cast.coquitlam, at(cast, TUE), practitioner_id=cast.ims)
    book(api(cast.parent), taken)
    client, before = api(cast.patient), fingerprint()
    refused = move(client, visit, at(cast, TUE), key="m")
    assert refusal(refused) == (409, "slot_taken")
    ways_out = refused.json()["alternatives"]
    assert len(ways_out) == 3
    assert refusal(move(client, visit, at(cast, TUE, "03:00"))) == (422, "slot_not_bookable")
    assert fingerprint() == before
    first = datetime.fromisoformat(ways_out[0]["starts_at"])
    assert moved(move(client, visit, first, key="m"))["revision"] == 1


def test_spacing_does_not_count_the_visit_itself(cast: Cast) -> None:
    """R8; the other visit of the same service does count."""
    client = api(cast.cleared)
    first = book(client, wish(cast.ims_treatment, cast.coquitlam, at(cast)))
    book(client, wish(cast.ims_treatment, cast.coquitlam, at(cast, week=4)))
    moved(move(client, first, at(cast, TUE)))
    refused = move(client, first, at(cast, TUE, week=4))
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["spacing_too_short"])


def test_the_number_of_moves_is_that_of_the_day_of_booking(cast: Cast, visit: dict[str, Any]) -> None:
    Clinic.objects.update(reschedule_limit=0)
    client = api(cast.patient)
    for time in ("11:00", "12:00", "13:00"):
        assert moved(move(client, visit, at(cast, time=time)))["can_be_rescheduled"] is (time != "13:00")
    refused = move(client, visit, at(cast, time="14:00"))
    assert refusal(refused) == (422, "reschedule_limit_reached")
    after = moved(move(api(cast.desk_coquitlam), visit, at(cast, time="14:00")))
    assert (after["revision"], after["reschedules_left"], after["can_be_rescheduled"]) == (4, 0, True)


def test_small_steps_do_not_lead_further_than_one_large_one(cast: Cast, visit: dict[str, Any]) -> None:
    """The limit counts from the date it was first booked for."""
    Appointment.objects.update(reschedule_within_days=14)
    client = api(cast.patient)
    moved(move(client, visit, at(cast, week=3)))
    last = moved(move(client, visit, at(cast, week=4)))
    assert last["can_reschedule_until_date"] == str(cast.day(cast.coquitlam, WED, week=4))
    too_far = at(cast, MON, week=5)
    assert refusal(move(client, visit, too_far)) == (422, "reschedule_limit_reached")
    assert moved(move(api(cast.desk_coquitlam), visit, too_far))["revision"] == 3
    assert refusal(move(client, visit, at(cast, TUE, week=5))) == (422, "reschedule_limit_reached")
    moved(move(client, visit, at(cast, week=4)))


def test_moving_late_does_not_make_cancelling_free_again(cast: Cast, visit: dict[str, Any]) -> None:
    client, path = api(cast.patient), f"{VISITS}/{visit['id']}"
    travel(to=at(cast) - timedelta(hours=5))
    after = moved(move(client, visit, at(cast, week=3)))
    assert (after["fee_if_now_minor"], after["free_cancellation_until"]) == (5_000, visit["free_cancellation_until"])
    again = moved(move(client, visit, at(cast, week=4)))
    assert again["free_cancellation_until"] == visit["free_cancellation_until"]
    assert client.post(f"{path}/cancel", {"reason_code": "other"}).json()["fee_minor"] == 5_000


def test_what_the_clinic_moves_late_costs_the_patient_nothing(cast: Cast, visit: dict[str, Any]) -> None:
    travel(to=at(cast) - timedelta(hours=5))
    moved(move(api(cast.desk_coquitlam), visit, at(cast, week=3)))
    assert api(cast.patient).get(f"{VISITS}/{visit['id']}").json()["fee_if_now_minor"] == 0


def test_price_and_policy_stay_those_it_was_booked_under(cast: Cast, visit: dict[str, Any]) -> None:
    cast.physio_follow_up.price_minor = 99_000
    cast.physio_follow_up.save()
    Clinic.objects.update(late_cancellation_fee_percent=100, free_cancellation_minutes=0)
    after = moved(move(api(cast.patient), visit, at(cast, TUE)))
    assert (after["price_minor"], after["late_cancellation_fee_percent"]) == (10_000, 50)
    assert datetime.fromisoformat(after["free_cancellation_until"]) == at(cast, TUE) - timedelta(hours=24)


def test_staff_set_soft_rules_aside_for_the_new_time(cast: Cast, visit: dict[str, Any]) -> None:
    aside = [{"code": "off_grid", "reason": "The bus comes late"}]
    odd = at(cast, time="11:05")
    assert refusal(move(api(cast.patient), visit, odd, overrides=aside)) == (403, "override_not_allowed")
    desk = api(cast.desk_coquitlam)
    assert refusal(move(desk, visit, odd)) == (422, "slot_not_bookable")
    assert moved(move(desk, visit, odd, overrides=aside))["overrides"] == aside
    assert Transition.objects.filter(reason="off_grid: The bus comes late").count() == 1
    assert moved(move(desk, visit, at(cast, time="12:00")))["overrides"] == [], "what it was for is over"


@pytest.mark.parametrize("step", ["check-in", "cancel"])
def test_from_arrival_on_it_stays(cast: Cast, visit: dict[str, Any], step: str) -> None:
    desk = api(cast.desk_coquitlam)
    body = {"reason_code": "other"} if step == "cancel" else None
    assert desk.post(f"{VISITS}/{visit['id']}/{step}", body).status_code == 200
    before = fingerprint()
    assert refusal(move(desk, visit, at(cast, TUE))) == (409, "invalid_transition")
    assert fingerprint() == before


def test_a_confirmed_visit_stays_confirmed(cast: Cast, visit: dict[str, Any]) -> None:
    client = api(cast.patient)
    client.post(f"{VISITS}/{visit['id']}/confirm")
    assert moved(move(client, visit, at(cast, TUE)))["status"] == "confirmed"


def test_a_visit_that_has_begun_stays(cast: Cast, visit: dict[str, Any]) -> None:
    travel(to=at(cast))
    for who in (cast.patient, cast.desk_coquitlam):
        assert refusal(move(api(who), visit, at(cast, week=3))) == (409, "invalid_transition")
    assert api(cast.patient).get(f"{VISITS}/{visit['id']}").json()["can_be_rescheduled"] is False


def test_to_where_it_is_nothing_changes(cast: Cast, visit: dict[str, Any]) -> None:
    client, before = api(cast.patient), fingerprint()
    assert moved(move(client, visit, at(cast)))["etag"] == visit["etag"]
    assert moved(move(client, visit, at(cast), practitioner_id=None, clinic_id=cast.coquitlam))["revision"] == 0
    assert fingerprint() == before


def test_if_match_guards_against_what_happened_meanwhile(cast: Cast, visit: dict[str, Any]) -> None:
    client = api(cast.patient)
    fresh = moved(move(client, visit, at(cast, TUE), if_match=visit["etag"]))
    before = fingerprint()
    assert refusal(move(client, visit, at(cast, MON), if_match=visit["etag"])) == (412, "etag_mismatch")
    assert fingerprint() == before
    assert moved(move(client, visit, at(cast, MON), if_match=fresh["etag"]))["revision"] == 2


def test_a_parent_moves_the_childs_visit_and_a_stranger_sees_none(cast: Cast) -> None:
    wanted = wish(cast.physio_follow_up, cast.coquitlam, at(cast), patient_id=cast.child)
    visit = book(api(cast.parent), wanted)
    assert refusal(move(api(cast.stranger), visit, at(cast, TUE))) == (404, "not_found")
    assert moved(move(api(cast.parent), visit, at(cast, TUE)))["patient_id"] == str(cast.child.pk)


def test_it_is_not_moved_onto_another_visit_of_the_patient(cast: Cast, visit: dict[str, Any]) -> None:
    client = api(cast.patient)
    book(client, wish(cast.physio_follow_up, cast.coquitlam, at(cast, TUE), practitioner_id=cast.physio))
    refused = move(client, visit, at(cast, TUE))
    assert (refusal(refused), rules(refused)) == ((409, "patient_overlap"), ["patient_busy"])


def test_a_patient_needs_a_verified_address(cast: Cast, visit: dict[str, Any]) -> None:
    User.objects.filter(email="patient@example.test").update(email_verified_at=None)
    assert refusal(move(api(cast.patient), visit, at(cast, TUE))) == (403, "email_not_verified")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, {"/starts_at": "required"}),
        ({"starts_at": "2026-12-01T10:00:00"}, {"/starts_at": "naive_time"}),
        ({"starts_at": "2026-12-01T10:00:30Z"}, {"/starts_at": "invalid"}),
        ({"starts_at": "2026-12-01T10:00:00Z", "clinic_id": None}, {"/clinic_id": "null"}),
        ({"starts_at": "2026-12-01T10:00:00Z", "patient_id": "x"}, {"/patient_id": "unknown"}),
    ],
)
def test_what_it_takes(cast: Cast, visit: dict[str, Any], body: dict[str, Any], fault: dict[str, str]) -> None:
    answer = api(cast.patient).post(f"{VISITS}/{visit['id']}/reschedule", body)
    assert (answer.status_code, faults(answer)) == (400, fault)


def test_search_lists_exactly_what_the_visit_can_be_moved_to(cast: Cast) -> None:
    """Its own time and its own spacing are not in the way; another's are, and so is the limit."""
    client = api(cast.cleared)
    Clinic.objects.update(reschedule_within_days=8)
    first = book(client, wish(cast.ims_treatment, cast.coquitlam, at(cast)))
    asked = {
        "service": "ims-treatment",
        "clinic": str(cast.coquitlam.pk),
        "from_date": str(cast.day(cast.coquitlam, MON, week=2)),
        "to_date": str(cast.day(cast.coquitlam, FRI, week=4)),
    }
    assert at(cast, TUE) not in starts_of(days_of(client, **asked))
    listed = starts_of(days_of(client, **asked, appointment=first["id"]))
    assert {at(cast), at(cast, TUE), at(cast, TUE, week=3)} <= set(listed)
    assert max(listed) < at(cast, THU, week=3), "Thursday is the ninth day"
    for start in (at(cast, time="10:15"), min(listed), max(listed)):
        assert start in listed
        assert moved(move(client, first, start))["revision"]
        Appointment.objects.update(reschedule_limit=99)
    other = {**asked, "service": "physio-follow-up", "appointment": first["id"]}
    assert faults(client.get("/v1/slots", other)) == {"?service": "mismatch"}
    for who in (cast.stranger, cast.parent):
        unseen = api(who).get("/v1/slots", {**asked, "appointment": first["id"]})
        assert refusal(unseen) == (404, "not_found")
    assert refusal(ApiClient().get("/v1/slots", {**asked, "appointment": first["id"]})) == (404, "not_found")


def givers(days: list[Any]) -> set[str]:
    """Who could give any of the starts."""
    return {who for day in days for slot in day["slots"] for who in slot["practitioner_ids"]}


def test_search_for_a_move_needs_no_service_and_keeps_to_who_gives_the_visit(cast: Cast) -> None:
    client = api(cast.patient)
    visit = book(client, wish(cast.physio_follow_up, cast.coquitlam, at(cast), practitioner_id=cast.ims))
    around = {
        "from_date": str(cast.day(cast.coquitlam, MON, week=2)),
        "to_date": str(cast.day(cast.coquitlam, SUN, week=2)),
    }
    own, other = str(cast.ims.pk), str(cast.physio.pk)
    listed = days_of(client, **around, appointment=visit["id"])
    assert givers(listed) == {own}
    assert {day["clinic_id"] for day in listed} == {str(cast.coquitlam.pk), str(cast.langley.pk)}, "wherever they work"
    last = listed[-1]
    path = f"{VISITS}/{visit['id']}/reschedule"
    body = {"starts_at": last["slots"][-1]["starts_at"], "clinic_id": last["clinic_id"]}
    assert moved(client.post(path, body))["practitioner_id"] == own
    with_others = days_of(client, **around, appointment=visit["id"], any_practitioner="true")
    assert givers(with_others) >= {own, other, str(cast.langley_physio.pk)}
    assert givers(days_of(client, **around, appointment=visit["id"], practitioner=other)) == {other}
    [first] = client.get("/v1/slots/next", {"appointment": visit["id"], "count": 1}).json()["results"]
    assert first["practitioner_ids"] == [own]
    asked = {"appointment": visit["id"], "clinic": str(cast.coquitlam.pk), "starts_at": at(cast).isoformat()}
    assert client.get("/v1/slots/explain", asked).json()["practitioner_id"] == own
    for path in ("/v1/slots", "/v1/slots/next"):
        assert faults(client.get(path)) == {"?service": "required"}


def test_search_lists_nothing_for_a_visit_that_the_caller_may_not_move(cast: Cast, visit: dict[str, Any]) -> None:
    around = {"from_date": str(cast.day(cast.coquitlam, MON, week=2)), "appointment": visit["id"]}
    patient, desk = api(cast.patient), api(cast.desk_coquitlam)
    assert days_of(patient, **around)
    assert {day["clinic_id"] for day in days_of(desk, **around, any_practitioner="true")} == {str(cast.coquitlam.pk)}
    assert days_of(desk, **around, clinic=cast.langley.pk, any_practitioner="true") == [], "not theirs to book at"
    assert refusal(slots(desk, **around, clinic=uuid.uuid4())) == (404, "not_found")
    assert days_of(api(cast.owner), **around, clinic=cast.langley.pk, any_practitioner="true")
    Appointment.objects.update(reschedule_limit=0)
    assert (days_of(patient, **around), bool(days_of(desk, **around))) == ([], True)
    travel(to=datetime.fromisoformat(visit["starts_at"]))
    assert days_of(desk, **around) == []
    travel(to=cast.now)
    patient.post(f"{VISITS}/{visit['id']}/cancel", {"reason_code": "other"})
    assert days_of(desk, **around) == []
    assert patient.get("/v1/slots/next", {"appointment": visit["id"]}).json()["results"] == []


def test_the_refusal_is_told_in_french(cast: Cast, visit: dict[str, Any]) -> None:
    Appointment.objects.update(reschedule_limit=0)
    told = move(api(cast.patient), visit, at(cast, TUE), headers={"Accept-Language": "fr"}).json()
    assert told["detail"].startswith("Vous avez déplacé")
