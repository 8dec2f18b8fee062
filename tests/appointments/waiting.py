"""What the tests of the wait list send, and how they play the worker's part."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from backend.clinics.models import Clinic, Service
from backend.patients.models import Patient
from backend.practitioners.models import TimeOff
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, made, travel, wish
from tests.cast import MON, TUE, Cast
from tests.jobs import run_jobs

ENTRIES, OFFERS = "/v1/waitlist-entries", "/v1/waitlist-offers"


def full_but_an_hour(cast: Cast) -> Cast:
    """Monday at noon, eight days before a Tuesday on which the masseur gives one hour only, ten to eleven."""
    day = cast.day(cast.coquitlam, TUE, week=2)
    for begin, until in ((0, 600), (660, 1440)):
        TimeOff.objects.create(
            practitioner=cast.masseur, first_date=day, last_date=day, from_minute=begin, until_minute=until
        )
    travel(to=cast.at(cast.coquitlam, MON, "12:00"))
    return cast


def that_day(cast: Cast, **more: Any) -> dict[str, Any]:
    """The body of createWaitlistEntry: for that Tuesday."""
    day = cast.day(cast.coquitlam, TUE, week=2).isoformat()
    return wanted(cast, windows=[{"first_date": day, "last_date": day}], **more)


def start(cast: Cast) -> datetime:
    """The one start of that Tuesday."""
    return cast.at(cast.coquitlam, TUE, "10:00", week=2)


def taken(cast: Cast, who: Patient | None = None) -> dict[str, Any]:
    """A visit at that start."""
    return book(api(who or cast.parent), wish(cast.massage, cast.coquitlam, start(cast)))


def cancel(who: Patient, visit: dict[str, Any]) -> None:
    """Let a visit go."""
    assert api(who).post(f"{VISITS}/{visit['id']}/cancel", {"reason_code": "other"}).status_code == 200


def wanted(cast: Cast, service: Service | None = None, *clinics: Clinic, **more: Any) -> dict[str, Any]:
    """The body of createWaitlistEntry: from next Monday on for three weeks."""
    first = cast.day(cast.coquitlam, MON)
    dates = {"first_date": first.isoformat(), "last_date": (first + timedelta(days=20)).isoformat()}
    plain = {name: str(value.pk) if hasattr(value, "pk") else value for name, value in more.items()}
    return {
        "service_id": str((service or cast.massage).pk),
        "clinic_ids": [str(clinic.pk) for clinic in clinics or (cast.coquitlam,)],
        "windows": [dates],
        **plain,
    }


def join(who: Patient | ApiClient, body: dict[str, Any]) -> dict[str, Any]:
    """The entry that was made; nothing is offered yet."""
    return made((who if isinstance(who, ApiClient) else api(who)).post(ENTRIES, body))


def entry_of(who: Patient, entry: dict[str, Any]) -> dict[str, Any]:
    """The entry as it is now."""
    answer = api(who).get(f"{ENTRIES}/{entry['id']}")
    assert answer.status_code == 200, answer.content
    shown: dict[str, Any] = answer.json()
    return shown


def offer_of(who: Patient, entry: dict[str, Any]) -> dict[str, Any]:
    """What is offered to the entry, once the worker has done its part."""
    run_jobs()
    [offer] = entry_of(who, entry)["offers"]
    found: dict[str, Any] = offer
    return found


def answer(who: Patient | ApiClient, offer: dict[str, Any], verb: str, **body: Any) -> Any:
    """Accept or decline."""
    client = who if isinstance(who, ApiClient) else api(who)
    return client.post(f"{OFFERS}/{offer['id']}/{verb}", *([body] if body else []), key=str(uuid.uuid4()))
