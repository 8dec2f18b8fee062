"""Every invariant stands in PostgreSQL under a name that says it, and its breach has a code that was chosen."""

import re
from dataclasses import dataclass

import pytest
from django.db import connection, models

from backend.common import db
from tests.architecture.test_foreign_keys import own_models

pytestmark = pytest.mark.django_db

CHECK, EXCLUDE, UNIQUE = "c", "x", "u"
# Whatever breaks these, `already_exists` says it: an unnamed breach answers that, see common.db.
ALREADY_EXISTS_SAYS_IT = {
    "accounts_refreshtoken_successor_id_key",
    "accounts_secondfactor_user_id_key",
    "clinic_external_ref_is_unique",
    "delivery_happens_once",
    "domain_event_id_is_unique",
    "idempotency_key_is_used_once",
    "organisation_is_one_row",
    "patient_external_ref_is_unique",
    "patient_is_linked_once_to_a_clinic",
    "patients_patient_user_id_key",
    "practitioner_external_ref_is_unique",
    "placement_is_made_once",
    "required_credential_is_named_once",
    "series_is_of_one_patient_and_service",
    "service_is_offered_once_at_a_clinic",
    "question_answer_has_its_own_place",
    "waitlist_place_is_had_once",
    "waitlist_practitioner_is_named_once",
    "waitlist_rank_is_had_once",
}


@dataclass(frozen=True)
class Constraint:
    table: str
    name: str
    kind: str


def in_the_database() -> list[Constraint]:
    """Every CHECK, UNIQUE and EXCLUDE on our tables; partial unique indexes count as UNIQUE."""
    tables = [table._meta.db_table for table in own_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, conname, contype::text FROM pg_constraint
             WHERE contype IN ('c', 'x', 'u') AND conrelid::regclass::text = ANY(%s)
             UNION
            SELECT indrelid::regclass::text, relname, 'u' FROM pg_index JOIN pg_class ON oid = indexrelid
             WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text = ANY(%s)
            """,
            [tables, tables],
        )
        return [Constraint(*row) for row in cursor.fetchall()]


def made_by_fields() -> set[str]:
    """The names PostgreSQL gives by itself where the field's type is the whole intent."""
    names = set()
    for table in own_models():
        for field in table._meta.local_concrete_fields:
            if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField):
                names.add(f"{table._meta.db_table}_{field.column}_check")
            if isinstance(field, models.OneToOneField):
                names.add(f"{table._meta.db_table}_{field.column}_key")
    return names


def declared() -> set[str]:
    return {constraint.name for table in own_models() for constraint in table._meta.constraints}


def test_every_constraint_is_named_by_intent() -> None:
    found = {constraint.name for constraint in in_the_database()}
    assert "appointment_room_is_free" in found
    assert found - declared() - made_by_fields() == set()
    assert declared() - found == set()
    assert not [name for name in declared() if re.search(r"_(uniq|check|key)$|_[0-9a-f]{8}", name)]


def test_a_constraint_without_a_name_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clinics_room ADD UNIQUE (name, kind), ADD CHECK (length(name) > 0)")
    found = {constraint.name for constraint in in_the_database()}
    assert found - declared() - made_by_fields() == {"clinics_room_name_kind_key", "clinics_room_name_check"}


def test_every_breach_that_a_race_can_cause_has_a_chosen_code() -> None:
    """A rule in front of a UNIQUE or EXCLUDE can lose a race, so each is answered on purpose."""
    raced = {constraint.name for constraint in in_the_database() if constraint.kind in (EXCLUDE, UNIQUE)}
    named = set(db._errors)
    assert raced - named - ALREADY_EXISTS_SAYS_IT == set()
    assert not named & ALREADY_EXISTS_SAYS_IT
    assert ALREADY_EXISTS_SAYS_IT - raced == set()


def test_no_error_is_named_for_a_constraint_that_is_gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(prosrc, ' ') FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        raised = cursor.fetchone()[0]
    known = {constraint.name for constraint in in_the_database()}
    assert db._errors
    assert [name for name in db._errors if name not in known and f"'{name}'" not in raised] == []
