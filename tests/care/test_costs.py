"""What is read of sessions costs the same number of statements, however much there is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.appointments.models import Appointment
from tests.api_client import ApiClient
from tests.appointments.calls import api, made
from tests.care.advice import advice_of, in_use, templates_of
from tests.care.sessions import WHOLE, check_ins_of, how, record_of, session_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    """A session of a little more than a day ago."""
    return session_of(cast, ended=timedelta(hours=25))


def cost(client: ApiClient, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return len(queries)


def test_versions_of_advice(cast: Cast) -> None:
    client, path = api(cast.manager_coquitlam), templates_of(cast.coquitlam)
    counts = set()
    for version in (1, 2, 3):
        in_use(cast, version=version, status="retired")
        counts.add(cost(client, path))
    assert len(counts) == 1


def test_a_record_with_its_amendments(cast: Cast, visit: Appointment) -> None:
    client, path = api(cast.ims), record_of(visit)
    made(client.post(path, WHOLE))
    assert client.post(f"{path}/sign").status_code == 200
    counts = set()
    for number in range(3):
        client.post(f"{path}/amend", {"note": f"{number}", "reason": "More."})
        counts.add(cost(client, path))
    assert len(counts) == 1


def test_advice_and_check_ins(cast: Cast, visit: Appointment) -> None:
    in_use(cast)
    client = api(cast.cleared)
    before: list[Any] = [cost(client, path) for path in (advice_of(visit), check_ins_of(visit))]
    made(client.post(check_ins_of(visit), how()))
    in_use(cast, region="lower_back")
    assert [cost(client, path) for path in (advice_of(visit), check_ins_of(visit))] == before
