"""What the database asks before anything written for good may go: the API's role alone cannot make it so."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction

from backend.audit.actions import record
from backend.audit.blanking import BLANKED
from backend.audit.models import AuditEntry
from backend.audit.sealing import seal_log
from backend.audit.verifying import faults
from backend.common import clock
from backend.common.db import constraint_of
from backend.patients.models import Patient
from backend.privacy.actions.destroy_records import destroy_records
from backend.privacy.enums import RecordClass
from backend.privacy.models import Destruction
from backend.privacy.records import RECORDS
from backend.privacy.retention import RULES
from launch.databases import APP, url_for
from launch.pytest_plugin import ADMIN_VARIABLE
from tests.appointments.calls import api, made
from tests.care.sessions import WHOLE, record_of, session_of
from tests.cast import Cast
from tests.privacy.test_destruction_after_merging import close, pass_all

pytestmark = pytest.mark.django_db(transaction=True)
ROW = """
    INSERT INTO privacy_destruction
        (id, user_id, patient_id, record_class, closed_on, due_date, done_at, rule, held_reason)
    VALUES (gen_random_uuid(), %(user)s, %(patient)s, %(kind)s, current_date + %(closed)s, current_date + %(due)s,
            %(done)s, 'a law', '')
"""
BY_THE_RULES = "destruction_is_by_the_rules"


@pytest.fixture
def closed(cast: Cast) -> Patient:
    """Somebody with a signed record of a session, whose account is closed."""
    visit = session_of(cast)
    made(api(cast.ims).post(record_of(visit), WHOLE))
    assert api(cast.ims).post(f"{record_of(visit)}/sign").status_code == 200
    close(cast.cleared)
    return cast.cleared


@pytest.fixture
def role(closed: Patient) -> Iterator[psycopg.Connection[Any]]:
    """As the API, or who got hold of its password; nothing is kept."""
    url = url_for(os.environ[ADMIN_VARIABLE], role=APP, database=connection.settings_dict["NAME"])
    with psycopg.connect(url) as other:
        yield other
        other.rollback()


def planned(record_class: str) -> Destruction:
    return Destruction.objects.get(record_class=record_class)


@pytest.mark.parametrize(
    "lie",
    [
        {"user": "stranger"},
        {"patient": "stranger"},
        {"closed": -6000, "due": -1},
        {"kind": "clinical", "due": 3600},
        {"kind": "audit", "due": 3600},
        {"kind": "operational", "due": 300},
        {"kind": "account", "due": 20},
        {"done": "2026-01-01"},
    ],
    ids=str,
)
def test_the_role_of_the_api_plans_nothing_but_what_is_right(
    cast: Cast, closed: Patient, role: psycopg.Connection[Any], lie: dict[str, Any]
) -> None:
    Destruction.objects.all().delete()
    right = {"user": closed.user_id, "patient": closed.pk, "kind": "marketing", "closed": 0, "due": 0, "done": None}
    role.execute(ROW, right)
    role.rollback()
    people = {"user": cast.stranger.user_id, "patient": cast.stranger.pk}
    told = {name: people[name] if value == "stranger" else value for name, value in lie.items()}
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        role.execute(ROW, right | told)
    assert refused.value.diag.constraint_name == BY_THE_RULES


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE privacy_destruction SET due_date = due_date - 1 WHERE record_class = 'clinical'",
        "UPDATE privacy_destruction SET done_at = now() WHERE record_class = 'clinical'",
        "UPDATE privacy_destruction SET record_class = 'x' WHERE record_class = 'clinical'",
        "UPDATE privacy_destruction SET patient_id = gen_random_uuid() WHERE record_class = 'clinical'",
        "UPDATE privacy_destruction SET done_at = NULL WHERE record_class = 'marketing'",
        "DELETE FROM privacy_destruction WHERE record_class = 'marketing'",
    ],
)
def test_nor_does_it_change_what_is_planned_or_done(role: psycopg.Connection[Any], change: str) -> None:
    assert destroy_records() == 1
    role.execute("UPDATE privacy_destruction SET due_date = due_date + 1 WHERE record_class = 'clinical'")
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        role.execute(change.encode())
    assert refused.value.diag.constraint_name == BY_THE_RULES


def test_a_clock_that_the_role_moved_opens_nothing(role: psycopg.Connection[Any]) -> None:
    pass_all()
    audit = planned("audit").pk
    role.execute("SET evergreen.sandbox = 'on'")
    assert role.execute("SELECT is_destruction_due(%s)", [audit]).fetchone() == (True,)
    with in_production(), pytest.raises(psycopg.errors.CheckViolation, match="is not due"):
        role.execute("SELECT blank_entries(%s)", [audit])


@contextmanager
def in_production() -> Iterator[None]:
    """Without what only an owner can make, and start-up refuses where patients' data lives."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION sandbox.empty_tables() RENAME TO away")
        try:
            yield
        finally:
            cursor.execute("ALTER FUNCTION sandbox.away() RENAME TO empty_tables")


def test_what_was_written_lately_stays_whatever_is_planned(closed: Patient) -> None:
    clinical = planned("clinical").pk
    Destruction.objects.filter(pk=clinical).update(due_date=clock.now().date())
    with connection.cursor() as cursor, pytest.raises(Error, match="is not due"):
        cursor.execute("SELECT open_destruction(%s)", [clinical])


@pytest.mark.parametrize("opened", ["marketing", "audit", "of another"])
def test_a_destruction_opens_its_own_class_and_person_alone(cast: Cast, closed: Patient, opened: str) -> None:
    mine = {"record_class": opened, "user_id": closed.user_id}
    if opened == "of another":
        close(cast.stranger)
        mine = {"record_class": "clinical", "user_id": cast.stranger.user_id}
    pass_all()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT open_destruction(%s)", [Destruction.objects.get(**mine).pk])
        for table in ("care_sessionrecord", "care_assessmentversion"):
            with pytest.raises(Error) as refused, transaction.atomic():
                cursor.execute(f"DELETE FROM {table} WHERE signed_at IS NOT NULL")
            assert (constraint_of(refused.value) or "").endswith("_is_amended_only")


def test_the_least_is_no_more_than_the_rules_ask_and_knows_every_table(closed: Patient) -> None:
    assert min(rule["years"] for rule in RULES[RecordClass.CLINICAL].values()) >= 10
    assert (RULES[RecordClass.OPERATIONAL]["years"], RULES[RecordClass.ACCOUNT]["days"]) >= (1, 30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('last_clinical_entry'::regproc)")
        (source,) = cursor.fetchone()
    assert {table for table, kept in RECORDS.items() if kept.moment and table not in source} == set()


def test_contents_that_went_without_a_destruction_are_a_fault(closed: Patient) -> None:
    (gone, digest) = _blank_by_force(closed)
    for subject in (uuid.uuid4(), planned("audit").pk):
        with transaction.atomic():
            noted = {"contents": {str(gone): digest}}
            record(None, BLANKED, subject_type="destruction", subject_id=subject, after=noted)
    seal_log()
    (fault,) = faults()
    assert f"entry {gone} " in fault


def test_what_others_note_neither_stops_nor_misleads_the_verifier(closed: Patient) -> None:
    with transaction.atomic():
        about = {"subject_type": "patient", "subject_id": closed.pk}
        record(None, "patient.updated", patient_id=closed.pk, before={"a": "b"}, **about)  # type: ignore[arg-type]
    seal_log()
    pass_all()
    destroy_records()
    seal_log()
    gone = AuditEntry.objects.get(action="patient.updated", patient_id=closed.pk, before={}, subject_id=closed.pk)
    lies: tuple[Any, ...] = ({str(gone.pk): "00" * 32}, {"x": "y"}, {str(gone.pk): 7}, [1], "x", None)
    with transaction.atomic():
        for lie in lies:
            about = {"subject_type": "destruction", "subject_id": planned("audit").pk}
            record(None, BLANKED, after={"contents": lie}, **about)  # type: ignore[arg-type]
        record(None, BLANKED, after={}, **about)  # type: ignore[arg-type]
    seal_log()
    assert list(faults()) == []


def _blank_by_force(closed: Patient) -> tuple[uuid.UUID, str]:
    seal_log()
    one = AuditEntry.objects.filter(patient_id=closed.pk).exclude(after={}).order_by("id")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(audit_contents(before, after, reason), 'hex') FROM audit_auditentry WHERE id = %s", [one.pk]
        )
        (digest,) = cursor.fetchone()
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditentry SET before = '{}', after = '{}', reason = '' WHERE id = %s", [one.pk])
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
    return one.pk, digest
