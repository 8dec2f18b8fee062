"""No table speaks of patients that exports and retention do not know, and none is forgotten altogether."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import connection, models

from backend.patients.models import Patient
from backend.privacy.records import ABOUT_RECORDS, OTHERS, RECORDS
from tests.architecture.test_foreign_keys import own_models

# Apps below know rows above by bare ids.
ID_COLUMNS = frozenset({"patient_id", "patient_ids", "appointment_id"})
# What a person could be known or reached by; in tables about others, it is the clinics' or the staff's.
PERSONAL = frozenset({"given_name", "family_name", "birth_date", "email", "phone", "signed_by_name", "password"})
NOT_OF_PATIENTS = frozenset({"clinics_clinic", "clinics_memberinvitation", "practitioners_practitioner"})


def about_patients(known: Iterable[type[models.Model]]) -> set[str]:
    """The tables whose rows lead to a patient: by a foreign key, over several, or by a bare id."""
    kinds, found = list(known), {Patient._meta.db_table}
    while True:
        more = {one._meta.db_table for one in kinds if _leads_to(one, found)} - found
        if not more:
            return found
        found |= more


def _leads_to(kind: type[models.Model], known: set[str]) -> bool:
    columns = kind._meta.concrete_fields
    targets = {one.related_model._meta.db_table for one in columns if isinstance(one, models.ForeignKey)}
    return bool(targets & known) or any(one.column in ID_COLUMNS for one in columns)


def unjudged(tables: Iterable[str]) -> set[str]:
    """Those that are in neither list."""
    return {*tables} - {*RECORDS, *OTHERS}


def columns_of(table: str) -> set[str]:
    """As the database has them."""
    with connection.cursor() as cursor:
        return {one.name for one in connection.introspection.get_table_description(cursor, table)}


@pytest.mark.django_db
def test_every_table_of_the_database_is_judged() -> None:
    tables = connection.introspection.table_names()
    assert unjudged(tables) == set()
    assert {*RECORDS, *OTHERS} <= {*tables}
    assert not {*RECORDS} & {*OTHERS}


@pytest.mark.django_db
def test_a_table_that_is_new_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id int)")
    assert unjudged(connection.introspection.table_names()) == {"forgotten"}


def test_every_table_that_speaks_of_patients_is_a_record() -> None:
    kinds = {*own_models(), *apps.get_models(include_auto_created=True)}
    accounts = {table for table in RECORDS if RECORDS[table].record_class == "account"}
    assert about_patients(kinds) - ABOUT_RECORDS == set(RECORDS) - accounts


def test_one_that_is_missing_is_found() -> None:
    found = about_patients(own_models())
    assert {"patients_screening", "appointments_transition", "audit_auditentry", "tasks_task"} <= found
    assert "clinics_clinic" not in found


@pytest.mark.django_db
def test_names_and_addresses_elsewhere_are_not_of_patients() -> None:
    assert {table for table in OTHERS if PERSONAL & columns_of(table)} == NOT_OF_PATIENTS


@pytest.mark.django_db
@pytest.mark.parametrize("table", RECORDS)
def test_what_is_named_of_a_table_is_there(table: str) -> None:
    kept, columns = RECORDS[table], columns_of(table)
    assert set(kept.left_out) <= columns
    if kept.via:
        assert kept.via[0] in columns
        assert RECORDS[kept.via[1]].record_class
    else:
        assert kept.column in columns
