"""Foreign keys run the way imports do; they are named in strings, which no import linter reads."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.practitioners.models import Practitioner
from tests.architecture.source import app_layers


def own_models() -> list[type[models.Model]]:
    """The tables of this project."""
    configs = [config for config in apps.get_app_configs() if config.name.startswith("backend.")]
    return [model for config in configs for model in config.get_models(include_auto_created=True)]


def upward_keys(tables: Iterable[type[models.Model]]) -> list[str]:
    """Keys that point to a higher app, or to a stranger on the same level."""
    rank = {app: level for level, layer in enumerate(app_layers()) for app in layer}
    found = []
    for table in tables:
        source = table._meta.app_label
        keys = [field for field in table._meta.get_fields() if field.is_relation and not field.auto_created]
        for key in keys:
            target = key.related_model._meta.app_label if isinstance(key.related_model, type) else source
            if target != source and rank.get(target, -1) <= rank[source]:
                found.append(f"{source}.{table.__name__}.{key.name} -> {target}")
    return found


def test_foreign_keys_run_down() -> None:
    tables = own_models()
    assert Appointment in tables
    assert not upward_keys(tables)


@pytest.mark.parametrize("target", [Appointment, Practitioner])
def test_a_foreign_key_upwards_or_to_a_stranger_is_found(target: type[models.Model]) -> None:
    with isolate_apps("backend.patients"):

        class Wrong(models.Model):
            key = models.ForeignKey(target, models.PROTECT)

            class Meta:
                app_label = "patients"

    assert upward_keys([Wrong]) == [f"patients.Wrong.key -> {target._meta.app_label}"]


def test_a_foreign_key_down_is_not() -> None:
    with isolate_apps("backend.patients"):

        class Right(models.Model):
            key = models.OneToOneField(User, models.PROTECT)

            class Meta:
                app_label = "patients"

    assert not upward_keys([Right])


def test_logs_outlive_what_they_tell_of() -> None:
    """`audit` and `events` keep bare ids (R24)."""
    logs = [table for table in own_models() if table._meta.app_label in ("audit", "events")]
    assert logs
    assert not [field for table in logs for field in table._meta.get_fields() if field.is_relation]
