"""Two fetch one archive at once: one gets it. And what the lock is good for."""

import uuid
from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from backend.audit.models import AuditEntry
from backend.common import clock
from backend.privacy.actions.make_export import make_export
from backend.privacy.models import Export
from backend.privacy.querysets import ExportQuerySet
from tests.api_client import ApiClient
from tests.appointments.calls import api
from tests.cast import Cast
from tests.clinics.test_setup_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fetchers(cast: Cast) -> list[Callable[[], Any]]:
    """The same person on two devices, about to fetch."""
    token = api(cast.patient).token
    made = ApiClient(token).post("/v1/me/exports", {}).json()
    make_export(export_id=uuid.UUID(made["id"]))
    return [lambda: ApiClient(token).post(f"/v1/me/exports/{made['id']}/fetch")] * 2


def test_of_two_fetches_at_once_one_gets_the_archive(fetchers: list[Callable[[], Any]]) -> None:
    assert at_once(*fetchers) == [200, 409]
    assert AuditEntry.objects.filter(action="export.fetched").count() == 1
    assert Export.objects.get().archive is None


def test_without_the_lock_it_is_fetched_twice(
    fetchers: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    both, now = Barrier(2, timeout=30), clock.now

    def meet() -> Any:
        both.wait()
        return now()

    monkeypatch.setattr(ExportQuerySet, "select_for_update", lambda rows, **_: rows)
    monkeypatch.setattr(clock, "now", meet)
    assert at_once(*fetchers) == [200, 200]
