"""Planning and booking the visits of a course (D16, R14)."""

import uuid
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.care.actions._course import keep_review_point
from backend.care.models import Course, CourseVisit
from backend.clinics.models import Closure, Room
from backend.events.models import DomainEvent
from backend.patients.enums import BodyRegion
from backend.patients.models import Clearance, PatientClinic
from backend.practitioners.models import Credential, Offering, Practitioner
from tests.appointments.calls import api, faults, made, refusal, rules, wish
from tests.appointments.rows import add_visit, change
from tests.appointments.test_series import conflicts
from tests.care.courses import (
    COURSES,
    WEEK,
    add_session,
    book_planned,
    days,
    open_course,
    plan,
    post,
    read,
    to_book,
    traces,
)
from tests.cast import MON, NEEDLING, SINCE, THU, TUE, WED, Cast

pytestmark = pytest.mark.django_db


def certify(cast: Cast, person: Practitioner) -> None:
    """They may give IMS at Coquitlam, too."""
    Offering.objects.create(practitioner=person, clinic=cast.coquitlam, service=cast.ims_treatment)
    for kind in NEEDLING:
        proof = {"issuer": "N", "jurisdiction": "BC", "number": "1", "issued_on": SINCE, "valid_from": SINCE}
        verified = {"status": "verified", "verified_at": cast.now, "verified_by": cast.owner}
        Credential.objects.create(practitioner=person, kind=kind, **proof, **verified)


def codes(planned: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in planned["warnings"]]


def test_ten_are_planned_and_booked_with_who_leads_it(cast: Cast) -> None:
    course, before = open_course(cast), traces()
    planned = plan(cast.cleared, course)
    assert traces() == before
    assert (planned["is_complete"], planned["warnings"], planned["gate_code"]) == (True, [], None)
    assert len(planned["visits"]) == 10
    assert all(7 <= (later - earlier).days <= 14 for earlier, later in pairwise(days(planned)))
    assert {visit["practitioner_id"] for visit in planned["visits"]} == {str(cast.ims.pk)}
    answer = post(cast.cleared, course, "book", {"visits": to_book(planned), "note": "By the back door"}, key="ten")
    booked = made(answer)
    assert answer["Location"] == f"{COURSES}/{course['id']}"
    assert (booked["course"]["status"], booked["course"]["sessions_booked"]) == ("active", 10)
    assert (booked["course"]["sessions_left"], booked["conflicts"]) == (0, [])
    assert [one["starts_at"] for one in booked["visits"]] == [one["starts_at"] for one in planned["visits"]]
    assert CourseVisit.objects.count() == Appointment.objects.filter(note="By the back door").count() == 10
    again = post(cast.cleared, course, "book", {"visits": to_book(planned), "note": "By the back door"}, key="ten")
    assert (again["Idempotent-Replayed"], again.json()) == ("true", booked)
    assert api(cast.cleared).get(f"/v1/series/{booked['series_id']}").status_code == 200
    event = DomainEvent.objects.get(type="course.booked.v1")
    assert (str(event.subject_id), event.payload["series_id"]) == (course["id"], booked["series_id"])
    assert len(AuditEntry.objects.get(action="course.booked").after["appointment_ids"]) == 10
    assert refusal(post(cast.cleared, course, "plan", {})) == (409, "course_full")


def test_a_course_of_ten_goes_around_a_closure_and_past_a_proof_that_runs_out(cast: Cast) -> None:
    """`ims` may until the fifth week; from then on it is `physio`, who may as well."""
    certify(cast, cast.physio)
    course = open_course(cast)
    closed = cast.day(cast.coquitlam, MON, week=3)
    until = cast.day(cast.coquitlam, WED, week=5)
    Closure.objects.create(
        clinic=cast.coquitlam, first_date=closed, last_date=closed + timedelta(days=6), reason="Works"
    )
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    change(proof, valid_until=until)
    planned = plan(cast.cleared, course)
    told = days(planned)
    assert (planned["is_complete"], codes(planned)) == (True, ["other_practitioner"])
    assert all(7 <= (later - earlier).days <= 14 for earlier, later in pairwise(told))
    assert not [day for day in told if closed <= day <= closed + timedelta(days=6)]
    givers = {day: visit["practitioner_id"] for day, visit in zip(told, planned["visits"], strict=True)}
    assert {giver for day, giver in givers.items() if day > until} == {str(cast.physio.pk)}
    assert len(made(post(cast.cleared, course, "book", {"visits": to_book(planned)}))["visits"]) == 10


def test_named_practitioners_and_clinics_are_kept_to(cast: Cast) -> None:
    certify(cast, cast.physio)
    course = open_course(cast)
    only = plan(cast.cleared, course, practitioner_ids=[str(cast.physio.pk)], count=2)
    assert {visit["practitioner_id"] for visit in only["visits"]} == {str(cast.physio.pk)}
    assert codes(only) == ["other_practitioner"]
    both = [str(cast.coquitlam.pk), str(cast.langley.pk)]
    thursdays = plan(cast.cleared, course, clinic_ids=both, weekdays=[THU.value], count=3)
    assert {visit["clinic_id"] for visit in thursdays["visits"]} == {str(cast.langley.pk)}
    evenings = plan(cast.cleared, course, day_parts=["evening"], only_preferred=True)
    assert (evenings["visits"], codes(evenings), evenings["is_complete"]) == ([], ["calendar_full"], False)


def test_a_clearance_must_reach_the_last_visit(cast: Cast) -> None:
    course = open_course(cast)
    planned = plan(cast.cleared, course)
    until = days(planned)[5]
    clearance = Clearance.objects.get(patient=cast.cleared)
    change(clearance, valid_until=until)
    short = plan(cast.cleared, course)
    assert (len(short["visits"]), short["is_complete"], codes(short)) == (6, False, ["clearance_too_short"])
    assert short["covered_until_date"] == str(until)
    other = {"patient": cast.cleared, "region": BodyRegion.NECK, "granted_by": cast.owner}
    Clearance.objects.create(**other, valid_from=SINCE, valid_until=until + 10 * WEEK)
    assert len(plan(cast.cleared, course)["visits"]) == 6, "the course binds the region"
    refused = post(cast.cleared, course, "book", {"visits": to_book(planned)})
    assert refusal(refused) == (422, "clearance_too_short")
    assert not Appointment.objects.exists()
    again = {**other, "region": BodyRegion.LOWER_BACK}
    Clearance.objects.create(**again, valid_from=SINCE, valid_until=until + 10 * WEEK)
    booked = made(post(cast.cleared, course, "book", {"visits": to_book(planned)}))
    assert booked["course"]["clearance_until_date"] == str(until + 10 * WEEK)
    change(clearance, valid_until=until)
    Clearance.objects.exclude(region="neck").update(ended_at=cast.now, ended_reason="other")


def test_without_a_clearance_nothing_is_planned(cast: Cast) -> None:
    course = open_course(cast)
    Clearance.objects.update(ended_at=cast.now, ended_reason="other")
    planned = plan(cast.cleared, course)
    assert (planned["visits"], codes(planned)) == ([], ["clearance_too_short"])
    assert (planned["covered_until_date"], planned["gate_code"]) == (None, "assessment_needed")


def test_it_goes_on_after_the_visits_that_it_has(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=4)
    add_session(cast, course, weeks_ago=1)
    first = book_planned(cast.cleared, course, count=1)
    planned = plan(cast.cleared, course)
    assert len(planned["visits"]) == 2
    assert days(planned)[0] - days(first)[0] >= WEEK
    late = plan(cast.cleared, course, from_date=str(days(first)[0] + 3 * WEEK))
    assert "gap_too_long" in codes(late)
    assert refusal(post(cast.cleared, course, "plan", {"count": 3})) == (409, "course_full")


def test_some_will_do(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=3)
    planned = plan(cast.cleared, course)
    room = Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    at = datetime.fromisoformat(planned["visits"][1]["starts_at"])
    add_visit(service=cast.physio_follow_up, practitioner=cast.ims, room=room, patient=cast.child, starts_at=at)
    body = {"visits": to_book(planned)}
    refused = post(cast.cleared, course, "book", body)
    assert refusal(refused) == (409, "series_conflict")
    assert conflicts(refused) == {1: ["practitioner_busy"]}
    booked = made(post(cast.cleared, course, "book", {**body, "accept_partial": True}))
    assert [one["index"] for one in booked["conflicts"]] == [1]
    assert booked["conflicts"][0]["rules"] == ["practitioner_busy"]
    assert (len(booked["visits"]), booked["course"]["sessions_left"]) == (2, 1)


def test_no_more_than_are_left_and_no_nearer_than_the_gap(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=2, min_gap_days=10)
    visit = {"clinic_id": str(cast.coquitlam.pk)}
    weeks = [{**visit, "starts_at": cast.at(cast.coquitlam, TUE, "10:00", week=week).isoformat()} for week in (1, 3, 5)]
    before = traces()
    assert refusal(post(cast.cleared, course, "book", {"visits": weeks})) == (409, "course_full")
    near = {**visit, "starts_at": cast.at(cast.coquitlam, WED, "10:00", week=2).isoformat()}
    assert faults(post(cast.cleared, course, "book", {"visits": [weeks[0], near]})) == {"/visits": "too_small"}
    assert traces() == before
    made(post(cast.cleared, course, "book", {"visits": weeks[:1]}))
    assert faults(post(cast.cleared, course, "book", {"visits": [near]})) == {"/visits": "too_small"}
    assert made(post(cast.cleared, course, "book", {"visits": weeks[1:2]}))["course"]["sessions_left"] == 0


def test_who_may(cast: Cast) -> None:
    course = open_course(cast)
    desk = book_planned(cast.desk_coquitlam, course, count=1)
    assert desk["course"]["is_redacted"]
    visits = {"visits": to_book(plan(cast.cleared, course, count=1))}
    for verb, body in (("plan", {}), ("book", visits)):
        assert refusal(post(cast.ims, course, verb, body)) == (403, "permission_denied")
        assert refusal(post(cast.stranger, course, verb, body)) == (404, "not_found")
    elsewhere = {"clinic_ids": [str(cast.langley.pk)]}
    assert refusal(post(cast.desk_coquitlam, course, "plan", elsewhere)) == (403, "permission_denied")
    assert refusal(post(cast.cleared, course, "plan", {"clinic_ids": [str(uuid.uuid4())]})) == (404, "not_found")
    nobody = {"visits": [{**visits["visits"][0], "practitioner_id": str(uuid.uuid4())}]}
    assert refusal(post(cast.cleared, course, "book", nobody)) == (404, "not_found")
    far = {"visits": [visits["visits"][0], {**visits["visits"][0], "starts_at": "2199-01-01T09:00:00Z"}]}
    assert refusal(post(cast.cleared, course, "book", far)) == (400, "range_too_long")
    user = cast.cleared.user
    assert user
    change(user, email_verified_at=None)
    assert refusal(post(cast.cleared, course, "book", visits)) == (403, "email_not_verified")


def test_the_course_of_a_patient_of_two_clinics_is_known_at_both(cast: Cast) -> None:
    course = open_course(cast)
    assert refusal(api(cast.desk_langley).get(f"{COURSES}/{course['id']}")) == (404, "not_found")
    PatientClinic.objects.create(patient=cast.cleared, clinic=cast.langley, origin="desk")
    assert read(cast.desk_langley, course)["id"] == course["id"]
    assert book_planned(cast.desk_langley, course, clinic_ids=[str(cast.langley.pk)], count=2)["visits"]


def test_a_certificate_revoked_flags_the_visits_of_the_course(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=3)
    booked = book_planned(cast.cleared, course)
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    revoked = api(cast.manager_coquitlam).post(f"/v1/credentials/{proof.pk}/revoke", {"reason": "Lapsed"})
    assert revoked.status_code == 200, revoked.content
    listed = api(cast.desk_coquitlam).get(f"/v1/clinics/{cast.coquitlam.pk}/at-risk").json()["results"]
    ids = {one["appointment_id"] for one in booked["visits"]}
    assert {one["appointment_id"] for one in listed} == ids
    assert {rule for one in listed for rule in one["rules"]} == {"credential_missing"}
    assert read(cast.cleared, course)["sessions_booked"] == 3


def test_a_closed_course_books_nothing(cast: Cast) -> None:
    course = open_course(cast)
    visits = {"visits": to_book(plan(cast.cleared, course, count=1))}
    post(cast.ims, course, "close", {"reason": "patient_choice"})
    assert refusal(post(cast.cleared, course, "book", visits)) == (409, "invalid_transition")


def test_no_new_visits_while_the_review_is_due(cast: Cast) -> None:
    course = open_course(cast)
    visits = {"visits": to_book(plan(cast.cleared, course, count=1))}
    for weeks in (4, 3, 2):
        add_session(cast, course, weeks_ago=weeks)
    keep_review_point(Course.objects.get())
    refused = post(cast.cleared, course, "book", visits)
    assert conflicts(refused) == {0: ["review_due"]}
    planned = plan(cast.cleared, course)
    assert (planned["visits"], planned["gate_code"], codes(planned)) == ([], "review_due", ["calendar_full"])
    assert rules(api(cast.cleared).post("/v1/holds", wish(cast.ims_treatment, cast.coquitlam, _later(cast)))) == [
        "review_due"
    ]


def _later(cast: Cast) -> datetime:
    return cast.at(cast.coquitlam, TUE, "10:00", week=2)
