"""Closed accounts: kept from sight at once, gone by the rules of retention, and nothing left of them then."""

import uuid
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from procrastinate.contrib.django import app

from backend.accounts.models import Session, User
from backend.appointments.models import Appointment, WaitlistEntry
from backend.audit.actions import record
from backend.audit.models import AuditEntry
from backend.audit.sealing import seal_log
from backend.audit.verifying import faults
from backend.common import clock
from backend.common.db import constraint_of
from backend.patients.models import GuardianInvitation, Guardianship, Patient, PatientClinic
from backend.privacy.actions import destroy_records as destroying
from backend.privacy.actions.destroy_records import destroy_records
from backend.privacy.actions.plan_destruction import plan_destruction
from backend.privacy.models import Destruction, MergedRow, PatientMerge
from backend.privacy.records import RECORDS
from backend.tasks.models import Task
from tests.accounts.people import PASSWORD
from tests.appointments.calls import api, made, refusal, travel, wish
from tests.care.assessments import signed
from tests.care.sessions import WHOLE, check_ins_of, how, record_of, session_of
from tests.cast import MON, Cast
from tests.jobs import run_jobs
from tests.patients.answers import answer

pytestmark = pytest.mark.django_db
MARK = "Quaggamark"
CLASSES = ["account", "audit", "clinical", "marketing", "operational"]
KEPT_FOR_GOOD = {"records.destruction_planned", "records.destroyed"}


@pytest.fixture
def closed(cast: Cast) -> Patient:
    """Somebody of whom every table speaks, sealed, and then the account is closed through HTTP."""
    patient = cast.cleared
    user = patient.user
    assert user
    _mark_people(cast, patient, user)
    visit = session_of(cast)
    client = api(cast.ims)
    made(client.post(record_of(visit), {**WHOLE, "note": MARK}))
    assert client.post(f"{record_of(visit)}/sign").status_code == 200
    amended = client.post(f"{record_of(visit)}/amend", {"pain_after": 3, "reason": MARK})
    assert amended.status_code == 200, amended.content
    signed(cast, patient, conclusion=MARK)
    answer(api(patient), patient)
    session_of(cast, ended=timedelta(hours=26))
    made(api(patient).post(check_ins_of(session_of(cast, ended=timedelta(hours=28))), how()))
    _mark_rest(cast, patient, visit)
    seal_log()
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    assert api(patient).post("/v1/me/close", {"current_password": PASSWORD}).status_code == 200
    run_jobs()
    return patient


def _mark_people(cast: Cast, patient: Patient, user: User) -> None:
    named = {"family_name": MARK, "email": f"{MARK.lower()}@people.test", "phone": "+16045550177"}
    User.objects.filter(pk=user.pk).update(**named)
    Patient.objects.filter(pk=patient.pk).update(**named, birth_date=date(1980, 2, 29))
    user.refresh_from_db()
    patient.refresh_from_db()
    Session.objects.create(user=user, device_name=MARK, expires_at=clock.now() + timedelta(days=30))


def _mark_rest(cast: Cast, patient: Patient, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(note=MARK)
    about = {"clinic": cast.coquitlam, "patient_id": patient.pk, "due_date": date(2030, 1, 1)}
    Task.objects.create(kind="visit_unresolved", text=MARK, dedupe_key=f"{MARK} 1", **about)
    WaitlistEntry.objects.create(patient=patient, service=cast.massage, entered_by=cast.desk_coquitlam)
    of = {"patient": patient, "relationship": "spouse", "proof": MARK}
    Guardianship.objects.create(guardian=cast.desk_coquitlam, starts_on=date(2020, 1, 1), **of)
    ends = {"scopes": ["read"], "expires_at": clock.now(), "invited_by": cast.desk_coquitlam}
    GuardianInvitation.objects.create(email=f"{MARK.lower()}.spouse@people.test", **of, **ends)
    duplicate = _merged(cast, patient)
    with transaction.atomic():
        for one in (patient.pk, duplicate.pk):
            said = {"family_name": MARK}
            record(None, "patient.updated", subject_type="patient", subject_id=one, patient_id=one, before=said)


def _merged(cast: Cast, patient: Patient) -> Patient:
    duplicate = Patient.objects.create(given_name=MARK, family_name=MARK)
    PatientClinic.objects.create(patient=duplicate, clinic=cast.coquitlam, origin="desk")
    Patient.objects.filter(pk=duplicate.pk).update(merged_into=patient)
    now = clock.now()
    done = {"status": "merged", "proposed_at": now, "merged_at": now}
    by = {"proposed_by": cast.owner, "merged_by": cast.desk_coquitlam}
    merge = PatientMerge.objects.create(survivor=patient, duplicate=duplicate, reason=MARK, **done, **by)
    MergedRow.objects.create(merge=merge, table="patients.screening", row_id=uuid.uuid4(), deed="moved")
    return duplicate


def tables_with(text: str) -> set[str]:
    """Where some row of any table says so, in any letter case."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text ILIKE %s)', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def classes_with(text: str) -> set[str]:
    # Merges go with the records that they made one.
    return {str(RECORDS[table].record_class) for table in tables_with(text) - {"privacy_patientmerge"}}


def planned() -> dict[str, date]:
    return {one.record_class: one.due_date for one in Destruction.objects.filter(done_at=None)}


def go_round() -> None:
    app.tasks["privacy.destroy_records"].func(timestamp=0)


def pass_to(day: date) -> None:
    travel(by=timedelta(days=(day - clock.now().date()).days))


def test_what_is_kept_goes_class_by_class_until_nothing_is_left(closed: Patient) -> None:
    due = planned()
    assert sorted(due) == CLASSES
    assert classes_with(MARK) == {"account", "audit", "clinical", "operational"}
    for record_class, left in (
        ("marketing", {"account", "audit", "clinical", "operational"}),
        ("account", {"audit", "clinical", "operational"}),
        ("operational", {"audit", "clinical"}),
        ("clinical", set()),
    ):
        pass_to(due[record_class])
        go_round()
        assert classes_with(MARK) == left
        seal_log()
        assert list(faults()) == []
    assert tables_with(MARK) == set()
    assert tables_with("6045550177") == set()
    assert planned() == {}
    assert not Patient.objects.filter(pk=closed.pk).exists()
    told = AuditEntry.objects.filter(patient_id=closed.pk).exclude(after={}).values_list("action", flat=True)
    assert {*told} == KEPT_FOR_GOOD


def test_the_rules_are_those_of_the_province(closed: Patient) -> None:
    today, due = clock.now().date(), planned()
    assert due["marketing"] == today
    assert due["account"] == today + timedelta(days=30)
    assert due["clinical"] == due["audit"]
    assert due["clinical"].year == today.year + 16  # BC
    assert Destruction.objects.get(record_class="clinical").rule.startswith("16 years")


def test_the_chain_shows_who_changes_more_than_the_contents(closed: Patient) -> None:
    due = planned()
    pass_to(due["clinical"])
    go_round()
    seal_log()
    assert list(faults()) == []
    blank = AuditEntry.objects.filter(patient_id=closed.pk, after={}).order_by("id")[0]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditentry SET actor_id = gen_random_uuid() WHERE id = %s", [blank.pk])
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
    (fault,) = faults()
    assert f"entry {blank.pk} " in fault
    assert fault.endswith("was changed")


def test_a_later_visit_moves_the_date_and_so_does_a_hold(closed: Patient) -> None:
    due = planned()["clinical"]
    pass_to(due)
    # Booked before the closing, and only now over.
    late = Appointment.objects.filter(patient=closed).order_by("starts_at")[0]
    Appointment.objects.filter(pk=late.pk).update(**_moved(late, clock.now()))
    go_round()
    moved = planned()["clinical"]
    assert moved.year == due.year + 16
    call_command("destructions", hold=closed.pk, until=date(moved.year + 2, 1, 1), reason="a claim", stdout=StringIO())
    pass_to(moved)
    go_round()
    assert "clinical" in planned()
    pass_to(date(moved.year + 2, 1, 2))
    go_round()
    assert "clinical" not in planned()


def _moved(visit: Appointment, to: Any) -> dict[str, Any]:
    by = to.replace(second=0, microsecond=0) - visit.ends_at
    names = ("occupied_from", "starts_at", "ends_at", "occupied_until")
    return {name: getattr(visit, name) + by for name in names}


def test_what_is_planned_is_shown_without_names(closed: Patient) -> None:
    call_command("destructions", stdout=(said := StringIO()))
    assert said.getvalue().count(f"account {closed.user_id}") == 5
    assert MARK not in said.getvalue()
    with pytest.raises(CommandError, match="needs --until"):
        call_command("destructions", hold=closed.pk)
    with pytest.raises(CommandError, match="Nothing is planned"):
        call_command("destructions", release=uuid.uuid4())
    held = {"hold": closed.user_id, "until": date(2090, 1, 1), "reason": "a claim"}
    call_command("destructions", **held, stdout=StringIO())
    assert set(Destruction.objects.values_list("held_reason", flat=True)) == {"a claim"}
    call_command("destructions", release=closed.user_id, stdout=StringIO())
    assert set(Destruction.objects.values_list("held_until", flat=True)) == {None}


def test_killed_in_the_middle_nothing_is_half_gone(closed: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    pass_to(planned()["operational"])
    before = tables_with(MARK)

    def die(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(destroying, "record", die)
        with pytest.raises(KeyboardInterrupt):
            destroy_records()
    assert tables_with(MARK) == before
    assert len(planned()) == 5
    assert destroy_records() == 3
    assert destroy_records() == 0
    destroyed = AuditEntry.objects.filter(action="records.destroyed")
    assert sorted(one.after["class"] for one in destroyed) == ["account", "marketing", "operational"]


def test_an_account_that_is_open_again_keeps_all(closed: Patient) -> None:
    pass_to(planned()["clinical"])
    User.objects.update(is_active=True)
    before = tables_with(MARK)
    assert destroy_records() == 0
    assert (planned(), tables_with(MARK)) == ({}, before)


def test_closing_twice_plans_once(closed: Patient) -> None:
    assert closed.user_id
    plan_destruction(user_id=closed.user_id)
    assert Destruction.objects.count() == 5


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM appointments_transition",
        "DELETE FROM care_checkin",
        "DELETE FROM care_sessionrecordamendment",
        "DELETE FROM care_sessionrecord",
        "DELETE FROM care_assessmentversion",
        "UPDATE audit_auditentry SET reason = ''",
        "SELECT destroy_written('{id}', 'care_checkin')",
        "SELECT blank_entries('{id}')",
    ],
)
def test_the_database_forgets_nothing_before_its_time(closed: Patient, statement: str) -> None:
    early = Destruction.objects.get(record_class="clinical").pk
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('evergreen.destruction', %s, true)", [str(early)])
        with pytest.raises(Error) as refused, transaction.atomic():
            cursor.execute(statement.format(id=early))
    assert constraint_of(refused.value)


@pytest.mark.parametrize("statement", ["DELETE FROM audit_seal", "DELETE FROM events_domainevent"])
def test_what_is_due_opens_no_other_table(closed: Patient, statement: str) -> None:
    pass_to(planned()["clinical"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT open_destruction(%s)", [Destruction.objects.get(record_class="clinical").pk])
        with pytest.raises(Error) as refused, transaction.atomic():
            cursor.execute(statement)
    assert (constraint_of(refused.value) or "").endswith("_is_append_only")


def test_nobody_finds_or_books_for_who_has_closed(cast: Cast, closed: Patient) -> None:
    desk = api(cast.desk_coquitlam)
    found = desk.get("/v1/patients", {"q": MARK})
    assert (found.status_code, found.json()["results"]) == (200, [])
    looked_for = {"clinic_id": str(cast.coquitlam.pk), "birth_date": "1980-02-29", "email": closed.email}
    assert refusal(desk.post("/v1/patients/look-up", looked_for)) == (404, "not_found")
    at = cast.at(cast.coquitlam, MON, "15:00")
    body = wish(cast.massage, cast.coquitlam, at, patient_id=closed)
    assert refusal(desk.post("/v1/holds", body, key="hold")) == (403, "permission_denied")
    assert desk.get(f"/v1/patients/{closed.pk}").status_code == 200
