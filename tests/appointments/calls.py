"""What the tests of booking send, and how they look at what comes back."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from backend.accounts.models import User
from backend.clinics.models import Clinic, Service
from backend.common import clock
from backend.common.models import ClockOffset
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner
from tests.api_client import ApiClient

VISITS, HOLDS = "/v1/appointments", "/v1/holds"


def api(who: User | Patient | Practitioner) -> ApiClient:
    """A client of that person."""
    user = who if isinstance(who, User) else who.user
    assert user is not None
    return ApiClient().as_(user)


def wish(service: Service, clinic: Clinic, at: datetime, **more: Any) -> dict[str, Any]:
    """The body of a hold or a booking; rows stand for their ids."""
    plain = {name: str(value.pk) if hasattr(value, "pk") else value for name, value in more.items()}
    start = at.isoformat()
    return {"service_id": str(service.pk), "clinic_id": str(clinic.pk), "starts_at": start, **plain}


def made(answer: Any) -> dict[str, Any]:
    """The body of a 201."""
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def book(client: ApiClient, body: dict[str, Any]) -> dict[str, Any]:
    """The visit that was booked."""
    return made(client.post(VISITS, body, key=str(uuid.uuid4())))


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


def faults(answer: Any) -> dict[str, str]:
    """The refused values of a problem, by where they are."""
    return {one["pointer"]: one["code"] for one in answer.json()["errors"]}


def rules(answer: Any) -> list[str]:
    """The rules that refused a start."""
    return [rule["code"] for rule in answer.json()["rules"]]


def travel(*, to: datetime | None = None, by: timedelta = timedelta()) -> None:
    """Move the domain's clock to an instant, or on by some time; tokens keep real time (R12)."""
    moved = clock.now()
    known = ClockOffset.objects.first()
    offset = (known.offset if known else timedelta()) + ((to - moved) if to else by)
    ClockOffset.objects.update_or_create(id=True, defaults={"offset": offset})
