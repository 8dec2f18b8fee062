"""Which rows a merge moves, which it leaves, and that taking it back gives back those and no others."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from backend.appointments.models import Appointment, Transition
from backend.care.models import Assessment, Course, CourseVisit
from backend.events.models import DomainEvent
from backend.patients.models import Clearance, Consent, Guardianship, Patient, PatientClinic, Screening
from backend.privacy.models import MergedRow
from backend.privacy.queries.merge_tables import MOVED
from backend.tasks.models import Task
from tests.appointments.calls import api, book, made, wish
from tests.care.courses import open_course
from tests.cast import FRI, MON, SINCE, TUE, WED, Cast
from tests.patients.answers import answer
from tests.privacy.merging import done, merge, reverse

Owners = Mapping[tuple[str, uuid.UUID], uuid.UUID]


def owners() -> Owners:
    """Whose every row about a patient is, and that no row is another's by its visit, series or course."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return {
        (table._meta.label, pk): patient
        for table in MOVED
        for pk, patient in table._base_manager.values_list("pk", "patient_id")
    }


@pytest.fixture
def duplicate(cast: Cast) -> Patient:
    """Somebody without an account who has something in every table."""
    desk, who = api(cast.desk_coquitlam), cast.cleared
    Patient.objects.filter(pk=who.pk).update(user=None)
    opened = open_course(cast)
    at = cast.at(cast.coquitlam, TUE, "10:00")
    body = {"visits": [{"starts_at": at.isoformat(), "clinic_id": str(cast.coquitlam.pk)}]}
    made(desk.post(f"/v1/courses/{opened['id']}/book", body, key="course"))
    book(desk, wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, WED, "10:00"), patient_id=who))
    made(
        desk.post(
            "/v1/holds",
            wish(cast.physio_initial, cast.coquitlam, cast.at(cast.coquitlam, WED, "14:00"), patient_id=who),
        )
    )
    day = str(cast.day(cast.coquitlam, FRI))
    wait = {
        "service_id": str(cast.physio_follow_up.pk),
        "clinic_ids": [str(cast.coquitlam.pk)],
        "patient_id": str(who.pk),
    }
    made(desk.post("/v1/waitlist-entries", {**wait, "windows": [{"first_date": day, "last_date": day}]}))
    guardian = {"email": "aunt@example.test", "relationship": "other", "scopes": ["read"], "proof": "Her card"}
    assert desk.post(f"/v1/patients/{who.pk}/guardian-invitations", guardian).status_code == 202
    aunt = {"guardian": cast.stranger.user, "relationship": "other", "starts_on": cast.today(cast.coquitlam)}
    Guardianship.objects.create(patient=who, **aunt)
    answer(desk, who, "pregnancy")
    Task.objects.filter(patient_id=who.pk).delete()
    Task.objects.create(
        clinic=cast.coquitlam, kind="visit_unresolved", due_date=day, patient_id=who.pk, text="Call", dedupe_key="call"
    )
    assert {table for table, _ in (key for key, one in owners().items() if one == who.pk)} == {
        table._meta.label for table in MOVED
    }
    return who


def test_everything_is_the_survivors_and_goes_back_as_it_was(cast: Cast, duplicate: Patient) -> None:
    before = owners()
    mine = {key for key, owner in before.items() if owner == duplicate.pk}
    agreed = Consent.objects.get(patient=duplicate)
    merged = merge(cast, cast.patient, duplicate)
    after = owners()
    # Both agreed to the same text: that of the duplicate stays where it is.
    staying = {(Consent._meta.label, agreed.pk)}
    assert {key for key, owner in after.items() if owner == duplicate.pk} == staying
    assert {key for key in mine - staying if after[key] != cast.patient.pk} == set()
    noted = MergedRow.objects.filter(merge=merged["id"], deed="moved").values_list("table", "row_id")
    assert {*noted} == {(table.lower(), pk) for table, pk in mine - staying}
    seen = {one["id"] for one in api(cast.patient).get("/v1/appointments").json()["results"]}
    assert seen >= {str(pk) for pk in Appointment.objects.filter(status="booked").values_list("pk", flat=True)}
    reverse(cast, merged["id"])
    assert owners() == before
    assert Screening.objects.filter(superseded_at=None).count() == Patient.objects.count()


def test_visits_have_a_history_an_event_and_a_version_more(cast: Cast, duplicate: Patient) -> None:
    visit = Appointment.objects.get(patient=duplicate, service=cast.physio_follow_up)
    merged = merge(cast, cast.patient, duplicate)
    told = Appointment.objects.get(pk=visit.pk)
    assert (told.patient_id, told.version) == (cast.patient.pk, visit.version + 1)
    step = Transition.objects.filter(appointment=visit).order_by("-at", "-pk")[0]
    assert (step.from_status, step.to_status, step.by_id) == ("booked", "booked", cast.manager_coquitlam.pk)
    event = DomainEvent.objects.get(type="appointment.patient_changed.v1", subject_id=visit.pk)
    assert event.payload["previous_patient_id"] == str(duplicate.pk)
    reverse(cast, merged["id"])
    assert Appointment.objects.get(pk=visit.pk).version == visit.version + 2
    assert {
        *DomainEvent.objects.filter(type="patient.merge_reversed.v1").values_list("payload__patient_id", flat=True)
    } == {
        str(cast.patient.pk),
        str(duplicate.pk),
    }


def test_what_was_entered_since_stays_with_the_survivor(cast: Cast, duplicate: Patient) -> None:
    before = owners()
    merged = merge(cast, cast.patient, duplicate)
    desk = api(cast.desk_coquitlam)
    booked = book(
        desk, wish(cast.massage, cast.coquitlam, cast.at(cast.coquitlam, FRI, "10:00"), patient_id=cast.patient)
    )
    answered = answer(desk, cast.patient)
    course = Course.objects.get()
    added = {
        "starts_at": cast.at(cast.coquitlam, TUE, "11:00", week=2).isoformat(),
        "clinic_id": str(cast.coquitlam.pk),
    }
    made(desk.post(f"/v1/courses/{course.pk}/book", {"visits": [added]}, key="later"))
    reverse(cast, merged["id"])
    after = owners()
    assert {key: after[key] for key in before} == before
    since = {key: owner for key, owner in after.items() if key not in before}
    assert {*since.values()} == {cast.patient.pk}
    assert {str(pk) for _, pk in since} >= {booked["id"], answered["id"]}
    assert CourseVisit.objects.get().appointment.patient_id == duplicate.pk
    current = Screening.objects.get(patient=cast.patient, superseded_at=None)
    assert str(current.pk) == answered["id"]


def test_what_was_found_in_a_visit_is_of_who_came(cast: Cast, duplicate: Patient) -> None:
    merged = merge(cast, cast.patient, duplicate)
    visit = Appointment.objects.get(service=cast.physio_follow_up, status="booked")
    found = Assessment.objects.create(patient=cast.patient, clinic=cast.coquitlam, appointment=visit)
    today = cast.today(cast.coquitlam)
    given = Clearance.objects.create(
        patient=cast.patient,
        region="neck",
        valid_from=today,
        valid_until=today + timedelta(days=30),
        granted_by=cast.owner,
        assessment_id=found.pk,
    )
    reverse(cast, merged["id"])
    assert Assessment.objects.get(pk=found.pk).patient_id == duplicate.pk
    assert Clearance.objects.get(pk=given.pk).patient_id == duplicate.pk


def test_a_guardian_of_both_is_one_of_the_survivor(cast: Cast) -> None:
    known = {"relationship": "parent", "starts_on": SINCE}
    twice = Guardianship.objects.get(patient=cast.child)
    Guardianship.objects.create(patient=cast.cleared, guardian=twice.guardian, **known)
    themselves = cast.cleared.user
    assert themselves
    own = Guardianship.objects.create(patient=cast.child, guardian=themselves, **known)
    merge(cast, cast.cleared, cast.child)
    assert {*Guardianship.objects.filter(patient=cast.child).values_list("pk", flat=True)} == {twice.pk, own.pk}
    mine = api(cast.parent).get("/v1/me/patients").json()["results"]
    assert str(cast.child.pk) not in [one["id"] for one in mine]
    assert str(cast.cleared.pk) in [one["id"] for one in mine]


def test_the_clinics_of_both_know_the_survivor_until_it_is_taken_back(cast: Cast) -> None:
    for clinic in (cast.langley, cast.toronto):
        PatientClinic.objects.create(patient=cast.child, clinic=clinic, origin="desk")
    merged = merge(cast, cast.cleared, cast.child)
    path, langley = f"/v1/patients/{cast.cleared.pk}", api(cast.desk_langley)
    done(langley.get(path))
    assert done(langley.get(f"/v1/patients/{cast.child.pk}"))["merged_into_id"] == str(cast.cleared.pk)
    at = cast.at(cast.langley, MON, "10:00")
    book(langley, wish(cast.physio_follow_up, cast.langley, at, patient_id=cast.cleared))
    reverse(cast, merged["id"])
    known = PatientClinic.objects.filter(patient=cast.cleared).values_list("clinic__slug", flat=True)
    assert {*known} == {"coquitlam", "langley"}  # in Langley they have a visit of their own by now
    assert PatientClinic.objects.filter(patient=cast.child).count() == 3


def contradicting(cast: Cast) -> list[dict[str, Any]]:
    """What is refused of merging the two."""
    body = {"survivor_id": str(cast.patient.pk), "duplicate_id": str(cast.cleared.pk), "reason": "One person"}
    answered = api(cast.desk_coquitlam).post("/v1/patient-merges", body)
    assert answered.status_code == 409
    found: list[dict[str, Any]] = answered.json()["conflicts"]
    return found


def test_two_courses_two_entries_and_a_hold_are_named(cast: Cast, duplicate: Patient) -> None:
    theirs = Course.objects.get()
    course = Course.objects.get(pk=theirs.pk)
    course.pk, course.patient, course.status = uuid.uuid4(), cast.patient, "planned"
    course.save(force_insert=True)
    desk, day = api(cast.desk_coquitlam), str(cast.day(cast.coquitlam, FRI))
    wait = {"service_id": str(cast.physio_follow_up.pk), "clinic_ids": [str(cast.coquitlam.pk)]}
    body = {**wait, "patient_id": str(cast.patient.pk), "windows": [{"first_date": day, "last_date": day}]}
    entry = made(desk.post("/v1/waitlist-entries", body))
    at = cast.at(cast.coquitlam, WED, "14:00")
    visit = book(desk, wish(cast.massage, cast.coquitlam, at, patient_id=cast.patient))
    found = contradicting(cast)
    assert {(one["kind"], one["survivor_row_id"]) for one in found} == {
        ("course", str(course.pk)),
        ("waitlist_entry", entry["id"]),
        ("hold", visit["id"]),
    }
