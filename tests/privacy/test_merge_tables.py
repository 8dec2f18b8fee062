"""No table about patients is forgotten when two of them are made one: a walk over the whole schema."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from backend.patients.models import GuardianInvitation, Guardianship, Patient
from backend.privacy.queries.merge_tables import KEPT, MOVED
from backend.tasks.models import Task

Column = tuple[type[models.Model], str]
KNOWN = {(table, "patient_id") for table in MOVED} | set(KEPT)


def referring(tables: Iterable[type[models.Model]]) -> set[Column]:
    """Every column that is a key to a patient, or the bare id of one, or of several."""
    return {
        (table, field.attname)
        for table in tables
        for field in table._meta.concrete_fields
        if field.related_model is Patient or field.attname.endswith(("patient_id", "patient_ids"))
    }


def test_every_table_that_refers_to_patients_is_moved_or_kept_with_a_reason() -> None:
    assert referring(apps.get_models(include_auto_created=True)) == KNOWN
    assert all(len(reason) > 20 for reason in KEPT.values())
    assert not {table for table, _ in KEPT} & set(MOVED)


@pytest.mark.parametrize("column", [models.ForeignKey(Patient, models.PROTECT), models.UUIDField()])
def test_a_new_table_is_found(column: models.Field) -> None:  # type: ignore[type-arg]
    name = "patient" if isinstance(column, models.ForeignKey) else "patient_id"
    with isolate_apps("backend.privacy"):
        members = {name: column, "__module__": __name__, "Meta": type("Meta", (), {"app_label": "privacy"})}
        table = type("Forgotten", (models.Model,), members)
    assert referring([table]) - KNOWN == {(table, "patient_id")}


@pytest.mark.django_db
def test_every_table_that_is_moved_refuses_new_rows_of_a_duplicate() -> None:
    """Tasks refer by bare ids to rows of apps above them, and are about visits and answers that refuse themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'check_patient_is_not_merged'"
        )
        guarded = {name for (name,) in cursor.fetchall()}
    families: set[type[models.Model]] = {Guardianship, GuardianInvitation}
    assert guarded == {table._meta.db_table for table in {*MOVED, *families} - {Task}}
