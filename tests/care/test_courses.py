"""Courses of treatment: opened, read, listed, closed (D14, R14, R15)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.care.models import Course, CourseVisit
from backend.common.db import constraint_of
from backend.events.models import DomainEvent
from backend.patients.models import Clearance, ReviewPoint
from backend.practitioners.models import Credential
from tests.appointments.calls import VISITS, api, book, faults, refusal, wish
from tests.appointments.rows import change
from tests.care.courses import COURSES, Person, add_session, book_planned, open_course, post, read, terms
from tests.cast import TUE, Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_certified_physiotherapist_opens_it(cast: Cast) -> None:
    answer = api(cast.ims).post(COURSES, terms(cast), key="k")
    course = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"{COURSES}/{course['id']}")
    assert (course["status"], course["region"], course["is_redacted"]) == ("planned", "lower_back", False)
    assert (course["planned_sessions"], course["sessions_left"], course["review_after_session"]) == (10, 10, 3)
    assert (course["min_gap_days"], course["max_gap_days"]) == (7, 14)
    assert (course["practitioner_id"], course["practitioner_name"]) == (str(cast.ims.pk), str(cast.ims))
    assert course["clearance_until_date"] == str(Clearance.objects.get(patient=cast.cleared).valid_until)
    assert read(cast.ims, course) == course
    again = api(cast.ims).post(COURSES, terms(cast), key="k")
    assert (again["Idempotent-Replayed"], again.json()) == ("true", course)
    assert DomainEvent.objects.get(type="course.opened.v1").subject_id == Course.objects.get().pk
    assert AuditEntry.objects.get(action="course.opened").patient_id == cast.cleared.pk


def test_who_could_not_treat_may_not(cast: Cast) -> None:
    denied = (403, "permission_denied")
    for who in (cast.physio, cast.owner, cast.desk_coquitlam, cast.cleared):
        assert refusal(api(who).post(COURSES, terms(cast))) == denied
    assert refusal(api(cast.toronto_ims).post(COURSES, terms(cast))) == (404, "not_found")
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    change(proof, valid_until=cast.today(cast.coquitlam) - timedelta(days=1))
    assert refusal(api(cast.ims).post(COURSES, terms(cast))) == denied


def test_it_rests_on_a_live_clearance_for_the_region(cast: Cast) -> None:
    needed = (422, "clearance_needed")
    assert refusal(api(cast.ims).post(COURSES, terms(cast, region="neck"))) == needed
    clearance = Clearance.objects.get(patient=cast.cleared)
    today = cast.today(cast.coquitlam)
    change(clearance, valid_until=today - timedelta(days=1))
    assert refusal(api(cast.ims).post(COURSES, terms(cast))) == needed
    change(clearance, valid_until=today)
    assert open_course(cast)["clearance_until_date"] == str(today)


def test_there_is_one_open_course_of_a_treatment_for_a_region(cast: Cast) -> None:
    course = open_course(cast)
    assert refusal(api(cast.ims).post(COURSES, terms(cast))) == (409, "already_exists")
    post(cast.ims, course, "close", {"reason": "other"})
    assert open_course(cast)["id"] != course["id"]
    open_one = Course.objects.get(status="planned")
    columns = [one.attname for one in Course._meta.concrete_fields if not one.primary_key]
    twin = Course(**{name: getattr(open_one, name) for name in columns})
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        twin.save(force_insert=True)
    assert constraint_of(refused.value) == "course_is_open_once"


def test_nonsense_is_refused(cast: Cast) -> None:
    client = api(cast.ims)
    assert faults(client.post(COURSES, terms(cast, min_gap_days=15))) == {"/max_gap_days": "too_small"}
    assert faults(client.post(COURSES, terms(cast, planned_sessions=0))) == {"/planned_sessions": "too_small"}
    assert faults(client.post(COURSES, terms(cast, review_after_session=5))) == {"/review_after_session": "too_large"}
    other = terms(cast, practitioner_id=str(cast.masseur.pk))
    assert faults(client.post(COURSES, other)) == {"/practitioner_id": "mismatch"}
    nowhere = terms(cast, clinic_id="019a0000-0000-7000-8000-00000000dead")
    assert refusal(client.post(COURSES, nowhere)) == (404, "not_found")


def test_what_is_booked_already_belongs_to_it(cast: Cast) -> None:
    at = cast.at(cast.coquitlam, TUE, "10:00")
    visit = book(api(cast.cleared), wish(cast.ims_treatment, cast.coquitlam, at))
    book(api(cast.cleared), wish(cast.physio_follow_up, cast.coquitlam, at + timedelta(days=1)))
    course = open_course(cast)
    assert (course["status"], course["sessions_booked"], course["sessions_left"]) == ("active", 1, 9)
    assert str(CourseVisit.objects.get().appointment_id) == visit["id"]


def test_what_is_booked_by_itself_later_joins_it(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=1)
    for week in (1, 2):
        at = cast.at(cast.coquitlam, TUE, "10:00", week=week)
        book(api(cast.cleared), wish(cast.ims_treatment, cast.coquitlam, at))
    run_jobs()
    assert read(cast.cleared, course)["sessions_booked"] == 1
    assert CourseVisit.objects.count() == 1


def test_the_desk_sees_the_plan_and_nothing_that_was_found(cast: Cast) -> None:
    course = open_course(cast)
    add_session(cast, course, weeks_ago=2)
    post(cast.ims, course, "review", {"outcome": "continue", "note": "Better"})
    post(cast.ims, course, "close", {"reason": "worse", "note": "Sore"})
    family_and_treating: tuple[Person, ...] = (cast.cleared, cast.ims)
    for who in family_and_treating:
        shown = read(who, course)
        assert (shown["region"], shown["closed_reason"], shown["closed_note"]) == ("lower_back", "worse", "Sore")
        assert [review["note"] for review in shown["reviews"]] == ["Better"]
    for member in (cast.desk_coquitlam, cast.manager_coquitlam, cast.owner):
        shown = read(member, course)
        assert (shown["is_redacted"], shown["region"], shown["closed_reason"]) == (True, "not_shown", "not_shown")
        assert (shown["closed_note"], shown["reviews"], shown["sessions_done"]) == ("", [], 1)
    strangers: tuple[Person, ...] = (cast.stranger, cast.desk_langley, cast.patient)
    for who in strangers:
        assert refusal(api(who).get(f"{COURSES}/{course['id']}")) == (404, "not_found")


def test_who_read_it_is_written_down(cast: Cast) -> None:
    course = open_course(cast)
    for who in (cast.cleared, cast.ims, cast.desk_coquitlam):
        read(who, course)
    api(cast.desk_coquitlam).get(COURSES)
    noted = AuditEntry.objects.filter(action="course.read").order_by("pk").values_list("actor_id", "after")
    shown = [(actor_id, after["with_findings"]) for actor_id, after in noted]
    desk = (cast.desk_coquitlam.pk, False)
    assert shown == [(cast.ims.user_id, True), desk, desk]


def test_lists_are_filtered(cast: Cast) -> None:
    course = open_course(cast)
    client = api(cast.ims)

    def listed(**query: Any) -> list[str]:
        return [one["id"] for one in client.get(COURSES, query).json()["results"]]

    assert listed() == listed(patient=cast.cleared.pk, clinic=[cast.coquitlam.pk], status="planned") == [course["id"]]
    assert listed(patient=cast.patient.pk) == listed(clinic=cast.langley.pk) == listed(status="completed") == []
    assert (listed(is_review_due="false"), listed(is_review_due="true")) == ([course["id"]], [])
    assert api(cast.stranger).get(COURSES).json()["results"] == []


def test_closing_gives_back_the_visits_to_come_and_costs_nothing(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=4)
    done = add_session(cast, course, weeks_ago=2)
    booked = book_planned(cast.cleared, course)
    seen = read(cast.ims, course)
    stale = post(cast.ims, course, "close", {"reason": "goal_reached"}, if_match='"1-0000000000000000"')
    assert refusal(stale) == (412, "etag_mismatch")
    body = {"reason": "goal_reached", "note": "Free of pain"}
    closed = post(cast.ims, course, "close", body, if_match=seen["etag"], key="close").json()
    assert (closed["status"], closed["closed_reason"], closed["sessions_booked"]) == ("ended_early", "goal_reached", 0)
    ids = [visit["appointment_id"] for visit in booked["visits"]]
    left = Appointment.objects.filter(pk__in=ids).values_list("status", "cancel_reason", "cancellation_fee_minor")
    assert list(left) == [("cancelled", "clinic", 0)] * 3
    assert Appointment.objects.get(pk=done.pk).status == "completed"
    assert AuditEntry.objects.get(action="course.closed").reason == ""
    assert refusal(post(cast.ims, course, "close", body)) == (409, "invalid_transition")
    assert refusal(post(cast.cleared, course, "plan", {})) == (409, "invalid_transition")
    assert api(cast.cleared).post(VISITS, wish(cast.ims_treatment, cast.coquitlam, done.starts_at)).status_code == 400


def test_a_course_that_is_done_is_completed(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=1)
    add_session(cast, course, weeks_ago=1)
    assert post(cast.ims, course, "close", {"reason": "goal_reached"}).json()["status"] == "completed"
    assert ReviewPoint.objects.get().due_after_id is None


def test_who_may_not_lead_may_not_close(cast: Cast) -> None:
    course = open_course(cast)
    for who in (cast.desk_coquitlam, cast.cleared, cast.physio):
        assert refusal(post(who, course, "close", {"reason": "other"})) == (403, "permission_denied")
    assert refusal(post(cast.toronto_ims, course, "close", {"reason": "other"})) == (404, "not_found")


def test_a_visit_of_another_service_is_no_session(cast: Cast) -> None:
    course = open_course(cast)
    at = cast.at(cast.coquitlam, TUE, "10:00")
    visit = book(api(cast.cleared), wish(cast.physio_follow_up, cast.coquitlam, at))
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CourseVisit.objects.create(course_id=course["id"], appointment_id=visit["id"])
    assert constraint_of(refused.value) == "course_visit_is_of_its_patient_and_service"
