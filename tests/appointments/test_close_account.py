"""Closing one's own account: at once, with visits that stay booked."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from tests.accounts.people import PASSWORD, refusal
from tests.accounts.test_passwords import forgot
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.policy.world import World, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> World:
    return build(cast)


def close(client: ApiClient, password: str = PASSWORD) -> Any:
    return client.post("/v1/me/close", {"current_password": password})


def account_of(world: World, name: str) -> User:
    user = {"patient": world.cast.patient.user, "guardian": world.cast.parent.user, "desk": world.cast.desk_coquitlam}
    found = user[name]
    assert found
    User.objects.filter(pk=found.pk).update(password=make_password(PASSWORD))
    return found


@pytest.mark.parametrize(("actor", "whose"), [("patient", "patients"), ("guardian", "childs")])
def test_visits_stay_booked_and_are_told(world: World, actor: str, whose: str) -> None:
    user, client = account_of(world, actor), world.clients[actor]
    answer = close(client)
    assert answer.status_code == 200, answer.content
    (kept,) = answer.json()["upcoming_appointments"]
    assert kept["appointment_id"] == str(world.visits[whose].pk)
    assert set(kept["clinic"]) >= {"name", "phone"}
    assert Appointment.objects.get(pk=world.visits[whose].pk).status == "booked"
    assert refusal(client.get("/v1/me")) == (401, "session_revoked")
    assert refusal(ApiClient().post("/v1/auth/token", {"email": user.email, "password": PASSWORD}))[0] == 401
    forgot(user.email)
    run_jobs()
    assert [(one.to, one.subject) for one in mail.outbox] == [([user.email], "Your account was closed")]
    assert AuditEntry.objects.filter(action="account.closed", subject_id=user.pk).count() == 1
    event = DomainEvent.objects.get(type="account.closed.v1")
    assert (event.subject_id, event.payload) == (user.pk, {})


def test_the_desk_goes_on_with_the_visit(world: World) -> None:
    account_of(world, "patient")
    assert close(world.clients["patient"]).status_code == 200
    path = f"/v1/appointments/{world.visits['patients'].pk}/cancel"
    assert world.clients["desk"].post(path, {"reason_code": "other"}).status_code == 200


def test_it_needs_the_password(world: World) -> None:
    account_of(world, "patient")
    refused = close(world.clients["patient"], "wrong horse battery")
    assert refusal(refused) == (400, "validation_failed")
    assert refused.json()["errors"][0]["pointer"] == "/current_password"
    assert world.clients["patient"].get("/v1/me").status_code == 200


def test_who_works_here_is_let_go_first(world: World) -> None:
    account_of(world, "desk")
    assert refusal(close(world.clients["desk"])) == (403, "still_member")
    assert world.clients["desk"].get("/v1/me").status_code == 200
