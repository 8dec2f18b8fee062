"""What migrations do with rows that are there already."""

from importlib import import_module

from django.db import connection

from backend.practitioners.models import Offering, Placement
from tests.cast import Cast


def test_who_offers_or_works_somewhere_is_placed_there(cast: Cast) -> None:
    Offering.objects.filter(practitioner=cast.physio).delete()
    before = set(Placement.objects.values_list("practitioner", "clinic"))
    Placement.objects.all().delete()
    migration = import_module("backend.practitioners.migrations.0002_placements_and_credential_steps").Migration
    with connection.cursor() as cursor:
        cursor.execute(migration.operations[-1].sql)
    assert set(Placement.objects.values_list("practitioner", "clinic")) == before
    assert len(before) == 6
