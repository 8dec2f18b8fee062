"""Two who are parted share nothing: no course, clearance, visit or task of the one hangs on a row of the other."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models

from backend.appointments.models import Appointment, WaitlistEntry
from backend.care.models import Course
from backend.common import clock
from backend.patients.models import Clearance, Patient, PatientClinic, ReviewPoint, Screening
from backend.privacy.queries.merge_tables import MOVED
from backend.tasks.models import Task
from tests.appointments.calls import api, book, made, wish
from tests.appointments.waiting import answer, cancel, full_but_an_hour, join, offer_of, start, taken, that_day
from tests.care.courses import open_course
from tests.cast import FRI, TUE, WED, Cast
from tests.privacy.merging import merge, reverse
from tests.privacy.test_merge_safety import assess

Key = tuple[str, UUID]


def bridges() -> Iterator[tuple[str, UUID, set[UUID]]]:
    """Every row that is, or refers by a key to rows, of more than one patient: a walk over the whole schema."""
    whose: dict[Key, UUID] = {
        (table._meta.label, pk): patient_id
        for table in MOVED
        for pk, patient_id in table._base_manager.exclude(patient_id=None).values_list("pk", "patient_id")
    }
    for table in apps.get_models(include_auto_created=True):
        keys = {
            field.attname: field.related_model._meta.label
            for field in table._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model in MOVED
        }
        for row in table._base_manager.all() if keys else ():
            seen = {whose[label, getattr(row, name)] for name, label in keys.items() if getattr(row, name)}
            own = whose.get((table._meta.label, row.pk))
            if len(owners := seen | ({own} if own else set())) > 1:
                yield table._meta.label, row.pk, owners


@pytest.fixture
def cleared(cast: Cast) -> Patient:
    """Somebody without an account who is cleared."""
    Patient.objects.filter(pk=cast.cleared.pk).update(user=None)
    return cast.cleared


def test_the_walk_finds_a_course_on_another_ones_clearance(cast: Cast, cleared: Patient) -> None:
    opened = UUID(open_course(cast)["id"])
    assert [*bridges()] == []
    Clearance.objects.update(patient=cast.patient)
    assert [*bridges()] == [("care.Course", opened, {cleared.pk, cast.patient.pk})]


def test_nothing_that_was_entered_meanwhile_lies_between_the_two(cast: Cast, cleared: Patient) -> None:
    """The course that was opened rests on the duplicate's clearance, and has a visit; whoever waits would give back the
    duplicate's visit; a task is about it."""
    desk, who = api(cast.desk_coquitlam), cast.patient
    at = cast.at(cast.coquitlam, WED, "10:00", week=2)
    visit = book(desk, wish(cast.physio_follow_up, cast.coquitlam, at, patient_id=cleared))
    merged = merge(cast, who, cleared)
    opened = open_course(cast, patient_id=str(who.pk))
    session = {"starts_at": cast.at(cast.coquitlam, TUE, "10:00").isoformat(), "clinic_id": str(cast.coquitlam.pk)}
    made(desk.post(f"/v1/courses/{opened['id']}/book", {"visits": [session]}, key="course"))
    day = str(cast.day(cast.coquitlam, FRI))
    wait = {"service_id": str(cast.physio_follow_up.pk), "clinic_ids": [str(cast.coquitlam.pk)]}
    wait |= {"patient_id": str(who.pk), "gives_back_appointment_id": visit["id"]}
    entry = made(desk.post("/v1/waitlist-entries", {**wait, "windows": [{"first_date": day, "last_date": day}]}))
    about = {"patient_id": who.pk, "appointment_id": visit["id"], "text": "Call", "dedupe_key": "call"}
    task = Task.objects.create(clinic=cast.coquitlam, kind="visit_unresolved", due_date=day, **about)
    reverse(cast, merged["id"])
    assert [*bridges()] == []
    assert Appointment.objects.filter(patient=who, service=cast.ims_treatment).count() == 1
    assert Course.objects.get(pk=opened["id"]).patient_id == cleared.pk
    assert {*ReviewPoint.objects.values_list("patient_id", flat=True)} == {cleared.pk}
    left = WaitlistEntry.objects.get(pk=entry["id"])
    assert (left.patient_id, left.gives_back_id) == (who.pk, None)
    assert Task.objects.get(pk=task.pk).patient_id == cleared.pk


def test_a_course_of_before_stays_with_its_patient_and_rests_on_their_own_clearance(
    cast: Cast, cleared: Patient
) -> None:
    opened = open_course(cast)
    own = Clearance.objects.get(patient=cleared)
    longer: dict[str, Any] = {"region": own.region, "granted_by": cast.owner, "valid_from": own.valid_from}
    others = Clearance.objects.create(patient=cast.patient, **longer, valid_until=own.valid_until + timedelta(days=9))
    merged = merge(cast, cast.patient, cleared)
    Course.objects.filter(pk=opened["id"]).update(clearance=others)
    reverse(cast, merged["id"])
    course = Course.objects.get(pk=opened["id"])
    assert (course.patient_id, course.clearance_id) == (cleared.pk, own.pk)
    assert [*bridges()] == []


@pytest.mark.parametrize("is_reversed", [True, False])
def test_an_accepted_offer_lets_go_of_no_visit_of_another(cast: Cast, is_reversed: bool) -> None:
    full_but_an_hour(cast)
    later = start(cast) + timedelta(days=1)
    visit = book(api(cast.desk_coquitlam), wish(cast.massage, cast.coquitlam, later, patient_id=cast.child))
    other = taken(cast, cast.parent)
    merged = merge(cast, cast.patient, cast.child)
    entry = join(cast.patient, that_day(cast, gives_back_appointment_id=visit["id"]))
    cancel(cast.parent, other)
    if is_reversed:
        reverse(cast, merged["id"])
    offer = offer_of(cast.patient, entry)
    # As it stood for whoever was parted before the entries were: the visit is another patient's all the same.
    WaitlistEntry.objects.filter(pk=entry["id"]).update(gives_back_id=visit["id"])
    assert answer(cast.patient, offer, "accept").status_code == 200
    assert Appointment.objects.get(pk=visit["id"]).status == ("booked" if is_reversed else "cancelled")


def test_a_clearance_that_was_given_again_meanwhile_is_not_restored_beside_it(cast: Cast) -> None:
    assess(cast, cast.child)
    merged = merge(cast, cast.cleared, cast.child)
    ended = Clearance.objects.exclude(ended_at=None).get()
    again = {name: getattr(ended, name) for name in ("patient_id", "region", "valid_from", "valid_until", "granted_by")}
    assert ended.assessment_id
    Clearance.objects.create(assessment_id=ended.assessment_id, **again)
    reverse(cast, merged["id"])
    ended.refresh_from_db()
    assert ended.ended_at is not None


def test_everybody_has_current_answers_whichever_merge_is_taken_back_first(cast: Cast) -> None:
    PatientClinic.objects.create(patient=cast.other_child, clinic=cast.coquitlam, origin="desk")
    three = (cast.cleared, cast.child, cast.other_child)
    Screening.objects.filter(patient=cast.child).update(outcome="blocked")
    later = clock.now() + timedelta(hours=1)
    Screening.objects.filter(patient=cast.other_child).update(outcome="blocked", answered_at=later)
    before = {*Screening.objects.filter(superseded_at=None).values_list("pk", "patient_id")}
    merges = [merge(cast, cast.cleared, one)["id"] for one in three[1:]]
    for merge_id in merges:
        reverse(cast, merge_id)
    assert {*Screening.objects.filter(superseded_at=None).values_list("pk", "patient_id")} == before
