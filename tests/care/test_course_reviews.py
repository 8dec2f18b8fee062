"""The review of a course: when it falls due, what it stops, and what it decides (D15, R14)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.care.models import Course, CourseReview, SessionRecord
from backend.events.models import DomainEvent
from backend.patients.models import ReviewPoint
from backend.tasks.models import Task
from tests.appointments.calls import VISITS, api, faults, refusal, rules, travel
from tests.appointments.test_pathway_flags import at_risk, go_round
from tests.care.courses import add_session, book_planned, complete, open_course, post, read
from tests.cast import Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
CONTINUE = {"outcome": "continue", "note": "Sleeps through"}


def attend(cast: Cast, visit_id: str) -> list[str]:
    """Check in, start and complete, on the day; the rules that refuse the check-in, if any do."""
    travel(to=Appointment.objects.get(pk=visit_id).starts_at)
    for verb in ("check-in", "start", "complete"):
        answer = api(cast.desk_coquitlam).post(f"{VISITS}/{visit_id}/{verb}")
        if answer.status_code == 422:
            return rules(answer)
        assert answer.status_code == 200, answer.content
    return []


def ids(booked: dict[str, Any]) -> list[str]:
    return [visit["appointment_id"] for visit in booked["visits"]]


def test_from_booking_to_the_review_and_on(cast: Cast) -> None:
    """Three sessions; the fourth is not checked in until the review; what was booked in advance stays, flagged."""
    course = open_course(cast, planned_sessions=5)
    visits = ids(book_planned(cast.cleared, course))
    for visit in visits[:3]:
        assert not read(cast.cleared, course)["is_review_due"]
        assert attend(cast, visit) == []
    assert read(cast.cleared, course)["is_review_due"], "at once, without the worker"
    run_jobs()
    task = Task.objects.get(kind="course_review")
    assert (task.status, task.practitioner_id, str(task.appointment_id)) == ("open", cast.ims.pk, visits[2])
    assert "lower" not in task.text
    assert at_risk(cast) == [["review_due"], ["review_due"]]
    assert {str(one.appointment_id) for one in Task.objects.filter(kind="visit_at_risk")} == set(visits[3:])
    assert attend(cast, visits[3]) == ["review_due"]
    reviewed = post(cast.ims, course, "review", CONTINUE, key="r").json()
    assert (reviewed["is_review_due"], len(reviewed["reviews"])) == (False, 1)
    [review] = reviewed["reviews"]
    assert (review["outcome"], review["sessions_done"], review["note"]) == ("continue", 3, "Sleeps through")
    assert Task.objects.get(kind="course_review").status == "done"
    assert at_risk(cast) == []
    go_round("appointments.settle_at_risk")
    assert not Task.objects.filter(kind="visit_at_risk", status="open").exists()
    assert attend(cast, visits[3]) == []
    assert attend(cast, visits[4]) == []
    assert AuditEntry.objects.get(action="course.reviewed").reason == ""
    assert DomainEvent.objects.filter(type="course.reviewed.v1").count() == 1


def test_it_falls_due_after_whichever_is_the_third(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=5)
    add_session(cast, course, weeks_ago=3)
    visits = ids(book_planned(cast.cleared, course))

    def awaited() -> str:
        run_jobs()
        return str(ReviewPoint.objects.get().due_after_id)

    assert awaited() == visits[1]
    api(cast.cleared).post(f"{VISITS}/{visits[0]}/cancel", {"reason_code": "ill"})
    assert awaited() == visits[2]
    moved = Appointment.objects.get(pk=visits[3])
    late = moved.starts_at + timedelta(days=14)
    api(cast.cleared).post(f"{VISITS}/{visits[2]}/reschedule", {"starts_at": late.isoformat()})
    assert awaited() == visits[3]
    complete(visits[1])
    travel(to=moved.starts_at + timedelta(hours=1))
    api(cast.desk_coquitlam).post(f"{VISITS}/{visits[3]}/no-show")
    assert awaited() == visits[2]


def test_a_course_reviewed_early_does_not_wait(cast: Cast) -> None:
    course = open_course(cast)
    assert refusal(post(cast.ims, course, "review", CONTINUE)) == (409, "invalid_transition")
    add_session(cast, course, weeks_ago=4)
    assert post(cast.ims, course, "review", CONTINUE).status_code == 200
    for weeks in (3, 2):
        add_session(cast, course, weeks_ago=weeks)
    assert not read(cast.cleared, course)["is_review_due"]


def test_a_review_extends_or_finishes(cast: Cast) -> None:
    course = open_course(cast, planned_sessions=4)
    add_session(cast, course, weeks_ago=3)
    visits = ids(book_planned(cast.cleared, course))
    extend = {"outcome": "extend", "planned_sessions": 4}
    assert faults(post(cast.ims, course, "review", extend)) == {"/planned_sessions": "too_small"}
    assert not CourseReview.objects.exists()
    longer = post(cast.ims, course, "review", {**extend, "planned_sessions": 6}).json()
    assert (longer["planned_sessions"], longer["sessions_left"]) == (6, 2)
    stale = post(cast.ims, course, "review", CONTINUE, if_match=course["etag"])
    assert refusal(stale) == (412, "etag_mismatch")
    finish = {"outcome": "finish", "reason": "goal_reached", "note": "All well"}
    ended = post(cast.ims, course, "review", finish, if_match=longer["etag"]).json()
    assert (ended["status"], ended["closed_reason"]) == ("ended_early", "goal_reached")
    assert [one["outcome"] for one in ended["reviews"]] == ["extend", "finish"]
    assert set(Appointment.objects.filter(pk__in=visits).values_list("status", flat=True)) == {"cancelled"}
    assert refusal(post(cast.ims, course, "review", CONTINUE)) == (409, "invalid_transition")


def test_each_outcome_has_what_it_needs(cast: Cast) -> None:
    course = open_course(cast)
    add_session(cast, course, weeks_ago=3)
    for body, where, code in (
        ({"outcome": "extend"}, "/planned_sessions", "required"),
        ({"outcome": "finish"}, "/reason", "required"),
        ({"outcome": "continue", "planned_sessions": 12}, "/planned_sessions", "mismatch"),
        ({"outcome": "extend", "planned_sessions": 12, "reason": "other"}, "/reason", "mismatch"),
    ):
        assert faults(post(cast.ims, course, "review", body)) == {where: code}
    for who in (cast.cleared, cast.physio):
        assert refusal(post(who, course, "review", CONTINUE)) == (403, "permission_denied")
    assert refusal(post(cast.toronto_ims, course, "review", CONTINUE)) == (404, "not_found")


def signed(cast: Cast, visit: Appointment, before: int, after: int) -> None:
    who = {"signed_at": cast.now, "signed_by": cast.owner, "status": "signed"}
    done = {
        "is_sterilised": True,
        "needles_in": 3,
        "needles_out": 3,
        "muscles": [{"name": "M", "twitch_obtained": True}],
    }
    felt = {"pain_before": before, "pain_after": after, "function_score": 10 - after}
    SessionRecord.objects.create(appointment=visit, **done, **felt, **who)


def test_progress_is_a_series_beside_what_is_published(cast: Cast) -> None:
    course = open_course(cast)
    visits = [add_session(cast, course, weeks_ago=weeks) for weeks in (6, 5, 2)]
    add_session(cast, course, weeks_ago=4, status="no_show")
    signed(cast, visits[0], 8, 6)
    signed(cast, visits[1], 6, 3)
    told = read(cast.cleared, course, "/progress")
    assert [(one["number"], one["gap_days"], one["is_gap_kept"]) for one in told["sessions"]] == [
        (1, None, None),
        (2, 7, True),
        (None, None, None),
        (3, 21, False),
    ]
    felt = [(one["pain_before"], one["pain_after"], one["function_score"]) for one in told["sessions"]]
    assert felt == [(8, 6, 4), (6, 3, 7), (None, None, None), (None, None, None)]
    assert (told["sessions_done"], told["sessions_missed"], told["gaps_kept"], told["gaps_counted"]) == (3, 1, 1, 2)
    published = told["benchmarks"]
    assert (published["average_sessions"], published["typical_sessions_from"]) == (8.2, 8)
    assert published["typical_sessions_until"] == 10
    assert published["source_name"]
    desk = read(cast.desk_coquitlam, course, "/progress")
    assert (desk["is_redacted"], desk["sessions_done"]) == (True, 3)
    assert {one["pain_before"] for one in desk["sessions"]} == {None}
    assert refusal(api(cast.stranger).get(f"/v1/courses/{course['id']}/progress")) == (404, "not_found")
    assert AuditEntry.objects.filter(action="course.read", actor_id=cast.desk_coquitlam.pk).count() == 1


def test_lists_and_progress_cost_the_same_however_long(cast: Cast) -> None:
    def cost(path: str) -> int:
        client = api(cast.ims)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    course = open_course(cast)
    signed(cast, add_session(cast, course, weeks_ago=9), 5, 4)
    post(cast.ims, course, "review", CONTINUE)
    paths = ("/v1/courses", f"/v1/courses/{course['id']}/progress", f"/v1/courses/{course['id']}")
    before = [cost(path) for path in paths]
    for weeks in (8, 7, 6):
        signed(cast, add_session(cast, course, weeks_ago=weeks), 5, 4)
        post(cast.ims, course, "review", CONTINUE)
    other = Course.objects.get()
    other.pk, other.region, other.status, other._state.adding = None, "neck", "planned", True
    other.save(force_insert=True)
    assert [cost(path) for path in paths] == before
