"""The demo once seeded: the promised people, and a calendar that the booking rules would have allowed."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from pytest_django import DjangoDbBlocker

from backend.accounts.models import User
from backend.appointments.enums import Status
from backend.appointments.models import Appointment, Transition
from backend.clinics.enums import CredentialKind, Discipline, QuestionTopic
from backend.clinics.models import Clinic, ClinicService, Closure, OpeningHours, QuestionAnswer, Service
from backend.common import clock
from backend.common.periods import Periods
from backend.common.walltime import local_date_of, minute_of, wall_minute_of, wall_periods, zone
from backend.config.demo import cast
from backend.patients.models import Patient
from backend.practitioners.models import Credential, ExtraHours, Offering, TimeOff, WorkingHours
from tests.api_client import ApiClient


@pytest.fixture(scope="module", autouse=True)
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Seeded once for all tests here, which only read; rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


def minutes(row: Appointment) -> tuple[int, int]:
    return minute_of(row.occupied_from), minute_of(row.occupied_until)


def days_since(row: Appointment) -> int:
    where = zone("America/Vancouver")
    return (local_date_of(minute_of(clock.now()), where) - local_date_of(minute_of(row.starts_at), where)).days


def test_everyone_signs_in_with_the_one_password() -> None:
    people = {user.email: user for user in User.objects.all()}
    assert set(people) == {person.email for person in cast.EVERYONE}
    assert len(people) == 15
    assert all(user.email_verified_at and user.check_password(cast.PASSWORD) for user in people.values())


def test_services_are_as_promised() -> None:
    facts = Service.objects.values_list("code", "duration_minutes", "before_minutes", "after_minutes", "spacing_days")
    assert set(facts) == {
        ("physio-initial", 45, 0, 0, 0),
        ("physio-follow-up", 30, 0, 0, 0),
        ("ims-assessment", 45, 0, 0, 0),
        ("ims-treatment", 30, 5, 10, 7),
        ("massage", 60, 0, 0, 0),
    }
    treatment = Service.objects.get(code="ims-treatment")
    assert treatment.discipline == Discipline.IMS
    assert treatment.needs_clearance
    assert treatment.assessment_service == Service.objects.get(code="ims-assessment")
    assert set(treatment.required_credentials.values_list("kind", flat=True)) == set(CredentialKind.values)
    assert set(ClinicService.objects.filter(service__code="massage").values_list("clinic__slug", flat=True)) == {
        "coquitlam",
        "toronto",
    }
    for service in Service.objects.all():
        asked = QuestionAnswer.objects.filter(question_set__service=service, question_set__approver_name__gt="")
        assert asked.exclude(question_fr="").exclude(answer_fr="").count() == asked.count() >= 3
    asked = QuestionAnswer.objects.filter(question_set__service=treatment)
    assert {*asked.values_list("topic", flat=True)} == {*QuestionTopic.values} - {QuestionTopic.OTHER.value}


def test_stories_of_the_named_patients() -> None:
    def of(person: cast.Person) -> list[Appointment]:
        return list(Appointment.objects.filter(patient__user__email=person.email).order_by("starts_at"))

    for person, sessions, since in ((cast.CLEARED, 2, 10), (cast.REVIEW, 4, 8)):
        visits = of(person)
        codes = [visit.service.code for visit in visits]
        assert codes == ["ims-assessment", *["ims-treatment"] * sessions]
        assert {visit.status for visit in visits} == {Status.COMPLETED}
        assert days_since(visits[-1]) == since
    assert not of(cast.NEW)
    assert not of(cast.FLAGGED)
    assert {visit.clinic.slug for visit in of(cast.STRANGER)} == {"langley"}
    cleared = Patient.objects.filter(clearances__isnull=False, user__isnull=False).values_list("email", flat=True)
    assert set(cleared) == {cast.CLEARED.email, cast.REVIEW.email}
    child = Patient.objects.get(guardianships__guardian__email=cast.PARENT.email)
    assert child.appointments.get().starts_at > clock.now()


def test_the_cleared_have_signed_records_advice_and_a_check_in() -> None:
    visits = Appointment.objects.filter(patient__user__email=cast.CLEARED.email, service__code="ims-treatment")
    records = [visit.session_record for visit in visits.order_by("starts_at")]
    assert [(record.status, record.pain_before) for record in records] == [("signed", 7), ("signed", 6)]
    client, last = ApiClient().as_(cast.CLEARED.email), f"/v1/appointments/{records[-1].appointment_id}"
    advice = client.get(f"{last}/advice").json()
    topics = [line["topic"] for line in advice["lines"]]
    assert {"heat", "hot_bath"} < set(topics)
    assert "cold" not in topics
    assert [one["state"] for one in client.get(f"{last}/check-ins").json()["results"]] == ["answered", "missed"]
    physio = ApiClient().as_(records[-1].signed_by.email)
    assert physio.get(f"{last}/session-record").json()["muscles"]


def test_the_cleared_find_their_next_session_and_the_others_what_comes_first() -> None:
    def search(person: cast.Person, service: str) -> Any:
        return ApiClient().as_(person.email).get("/v1/slots", {"service": service}).json()

    assert search(cast.CLEARED, "ims-treatment")["gate"]["status"] == "open"
    assert search(cast.CLEARED, "ims-treatment")["results"]
    for person, status in ((cast.NEW, "needs_screening"), (cast.FLAGGED, "blocked")):
        gate = search(person, "ims-treatment")["gate"]
        assert (gate["status"], gate["next_service_id"]) == (status, None)
        assert search(person, "ims-assessment")["results"]


def test_the_courses_of_the_named_are_where_they_should_be() -> None:
    for person, done, is_due in ((cast.CLEARED, 2, False), (cast.REVIEW, 4, True)):
        client = ApiClient().as_(person.email)
        [course] = client.get("/v1/courses").json()["results"]
        assert (course["status"], course["planned_sessions"], course["sessions_done"]) == ("active", 10, done)
        assert course["is_review_due"] is is_due
        gate = client.get("/v1/slots", {"service": "ims-treatment"}).json()["gate"]
        assert gate["status"] == ("review_due" if is_due else "open")
        progress = client.get(f"/v1/courses/{course['id']}/progress").json()
        assert [one["number"] for one in progress["sessions"]] == list(range(1, done + 1))
    tasks = ApiClient().as_(cast.IMS.email).get("/v1/tasks", {"kind": "course_review"}).json()["results"]
    assert [task["status"] for task in tasks] == ["open"]


def test_the_certificate_ends_in_twenty_days() -> None:
    certificate = Credential.objects.get(
        practitioner__user__email=cast.IMS_EXPIRING.email, kind=CredentialKind.IMS_CERTIFICATE
    )
    today = local_date_of(minute_of(clock.now()), zone("America/Vancouver"))
    assert certificate.valid_until == today + timedelta(days=20)


def test_calendars_are_about_half_full() -> None:
    taken, worked = Counter[str](), Counter[str]()
    for hours in WorkingHours.objects.all():
        worked[str(hours.practitioner_id)] += (hours.until_minute - hours.from_minute) * 12
    for visit in Appointment.objects.exclude(status=Status.CANCELLED):
        begin, until = minutes(visit)
        taken[str(visit.practitioner_id)] += until - begin
    assert 0.4 <= taken.total() / worked.total() <= 0.6
    assert all(0.25 <= taken[key] / worked[key] <= 0.7 for key in worked)


def test_visits_lie_within_hours_and_outside_closures_and_time_off() -> None:
    closures, absences = list(Closure.objects.all()), list(TimeOff.objects.all())
    opening, weekly = list(OpeningHours.objects.all()), list(WorkingHours.objects.all())
    extra = list(ExtraHours.objects.all())
    for visit in Appointment.objects.select_related("clinic", "service"):
        where, (begin, until) = zone(visit.clinic.timezone), minutes(visit)
        day = local_date_of(begin, where)
        assert wall_minute_of(minute_of(visit.starts_at), where) % 15 == 0
        here, me, weekday = visit.clinic_id, visit.practitioner_id, day.isoweekday()
        mine = [one for one in weekly if (one.practitioner_id, one.clinic_id, one.weekday) == (me, here, weekday)]
        open_here = [one for one in opening if (one.clinic_id, one.weekday) == (here, weekday)]
        late_here = [one for one in extra if (one.practitioner_id, one.clinic_id, one.date) == (me, here, day)]
        opens = Periods.union_all(wall_periods(where, day, one.from_minute, one.until_minute) for one in open_here)
        works = Periods.union_all(wall_periods(where, day, one.from_minute, one.until_minute) for one in mine)
        works |= Periods.union_all(wall_periods(where, day, one.from_minute, one.until_minute) for one in late_here)
        for hours in (opens, works):
            assert any(first <= begin and until <= last for first, last in hours.runs)
        run = Periods.of([(begin, until)])
        for shut in closures:
            if shut.clinic_id == here and shut.first_date <= day <= shut.last_date:
                assert not run & wall_periods(where, day, shut.from_minute, shut.until_minute)
        for away in absences:
            if away.practitioner_id == me and away.first_date <= day <= away.last_date:
                assert not run & wall_periods(where, day, away.from_minute, away.until_minute)


def test_nobody_and_no_room_is_taken_twice_even_by_visits_that_are_over() -> None:
    runs = defaultdict[object, list[tuple[int, int]]](list)
    for visit in Appointment.objects.all():
        runs[visit.practitioner_id].append(minutes(visit))
        runs[visit.room_id].append(minutes(visit))
        runs[visit.patient_id].append((minute_of(visit.starts_at), minute_of(visit.ends_at)))
    assert not [pair for taken in runs.values() for pair in pairwise(sorted(taken)) if pair[0][1] > pair[1][0]]


def test_visits_are_given_by_those_who_may_in_rooms_that_suit() -> None:
    visits = Appointment.objects.all()
    assert not visits.exclude(room__kind=F("service__room_kind")).exists()
    assert not visits.exclude(room__clinic=F("clinic")).exists()
    offered = set(Offering.objects.values_list("practitioner", "clinic", "service"))
    assert set(visits.values_list("practitioner", "clinic", "service")) <= offered
    proofs = Credential.objects.filter(practitioner=OuterRef("practitioner"), kind=CredentialKind.IMS_CERTIFICATE)
    needling = visits.filter(service__discipline=Discipline.IMS).annotate(
        certified_until=Subquery(proofs.values("valid_until"))
    )
    assert needling
    assert not needling.filter(Q(certified_until=None) | Q(starts_at__date__gt=F("certified_until") + 1)).exists()
    assert not visits.filter(service__needs_clearance=True, patient__clearances=None).exists()
    assert not visits.annotate(links=Count("patient__clinic_links")).filter(links=0).exists()


def test_sessions_are_a_week_apart() -> None:
    days = defaultdict[object, list[int]](list)
    for visit in Appointment.objects.filter(service__code="ims-treatment").select_related("clinic"):
        days[visit.patient_id].append(local_date_of(minute_of(visit.starts_at), zone(visit.timezone)).toordinal())
    assert not [pair for found in days.values() for pair in pairwise(sorted(found)) if pair[1] - pair[0] < 7]


def test_states_fit_the_clock_and_the_history() -> None:
    now = clock.now()
    visits = Appointment.objects.all()
    over = {Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED}
    assert set(visits.filter(ends_at__lt=now).values_list("status", flat=True)) == over
    ahead = visits.filter(starts_at__gt=now + timedelta(hours=1))
    assert set(ahead.values_list("status", flat=True)) == {Status.BOOKED, Status.CONFIRMED, Status.CANCELLED}
    assert not Transition.objects.filter(at__gt=now).exists()
    newest = Transition.objects.filter(appointment=OuterRef("pk")).order_by("-at", "-id").values("to_status")
    assert not visits.annotate(last=Subquery(newest[:1])).exclude(last=F("status")).exists()
    assert not visits.annotate(steps=Count("transitions")).exclude(steps=F("version")).exists()


def test_the_wall_time_is_the_promise() -> None:
    for visit in Appointment.objects.select_related("clinic"):
        where, start = zone(visit.clinic.timezone), minute_of(visit.starts_at)
        wall = wall_minute_of(start, where)
        assert visit.local_start == f"{local_date_of(start, where)}T{wall // 60:02}:{wall % 60:02}"


def test_every_clinic_has_visits_behind_and_ahead() -> None:
    now = clock.now()
    for clinic in Clinic.objects.all():
        assert clinic.appointments.filter(starts_at__lt=now - timedelta(days=24)).exists()
        assert clinic.appointments.filter(starts_at__gt=now + timedelta(days=50)).exists()
