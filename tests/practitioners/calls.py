"""What several tests of practitioners' files say."""

from typing import Any

from backend.accounts.models import User
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner
from tests.api_client import ApiClient
from tests.cast import MON, Cast

Refusal = tuple[int, str, str | None, str | None]


def refusal(answer: Any) -> Refusal:
    """Status, code, and the first field's pointer and code."""
    body = answer.json()
    first = (body["errors"] or [{}])[0]
    return answer.status_code, body["code"], first.get("pointer"), first.get("code")


def signed_in(person: User | Patient | Practitioner) -> ApiClient:
    """A client of that person's account."""
    user = person if isinstance(person, User) else person.user
    assert user
    return ApiClient().as_(user)


def book(cast: Cast, *, service: str = "physio_follow_up", time: str = "10:00") -> str:
    """A visit with `ims` at Coquitlam on Monday, for `cleared`; its id."""
    wanted = {
        "service_id": str(getattr(cast, service).pk),
        "clinic_id": str(cast.coquitlam.pk),
        "practitioner_id": str(cast.ims.pk),
        "starts_at": cast.at(cast.coquitlam, MON, time).isoformat(),
    }
    booked = signed_in(cast.cleared).post("/v1/appointments", wanted, key=time)
    assert booked.status_code == 201, booked.content
    found: str = booked.json()["id"]
    return found


def broken(answer: Any) -> list[tuple[str, list[str]]]:
    """The visits that a change broke, each with the rules that refuse it now."""
    assert answer.status_code in (200, 201), answer.content
    return [(one["appointment_id"], one["rules"]) for one in answer.json()["affected_appointments"]]
