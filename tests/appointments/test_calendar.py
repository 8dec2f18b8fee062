"""The calendar entry of a visit: one event for life, which gives nothing away (D11, RFC 5545)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, refusal, wish
from tests.cast import TUE, WED, Cast


def at(cast: Cast, weekday: Any = WED) -> datetime:
    return cast.at(cast.coquitlam, weekday, "10:00", week=2)


@pytest.fixture
def path(cast: Cast) -> str:
    """A follow-up with `ims`."""
    wanted = wish(cast.ims_treatment, cast.coquitlam, at(cast), practitioner_id=cast.ims, note="My back")
    return f"{VISITS}/{book(api(cast.cleared), wanted)['id']}"


def text(client: ApiClient, path: str, language: str = "en") -> str:
    answer = client.get(f"{path}/calendar.ics", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"].startswith("text/calendar")
    found: str = answer.content.decode()
    return found


def event(client: ApiClient, path: str) -> Any:
    [found] = Calendar.from_ical(text(client, path)).walk("VEVENT")
    return found


def test_it_says_when_and_where(cast: Cast, path: str) -> None:
    entry = event(api(cast.cleared), path)
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (at(cast), at(cast) + timedelta(minutes=30))
    day = cast.day(cast.coquitlam, WED, week=2)
    assert f"DTSTART;TZID=America/Vancouver:{day:%Y%m%d}T100000" in text(api(cast.cleared), path)
    assert entry["SUMMARY"] == "Appointment at Coquitlam"
    assert entry["LOCATION"] == "Coquitlam, 1 Main Street, Coquitlam, BC V3B 0J1"
    assert (entry["STATUS"], entry["CLASS"]) == ("CONFIRMED", "PRIVATE")


def test_the_zones_rules_are_in_the_file(cast: Cast, path: str) -> None:
    [zone] = Calendar.from_ical(text(api(cast.cleared), path)).walk("VTIMEZONE")
    assert zone["TZID"] == "America/Vancouver"
    assert {part.decoded("TZOFFSETTO") for part in zone.subcomponents} == {timedelta(hours=-7)}


def test_it_gives_nothing_away(cast: Cast, path: str) -> None:
    whole = text(api(cast.cleared), path).replace("\r\n ", "")
    for word in ("ims", "treatment", "My back", "Physio", "Cleared"):
        assert word.lower() not in whole.lower()


def test_moved_it_is_the_same_event_with_the_next_number(cast: Cast, path: str) -> None:
    client = api(cast.cleared)
    before = event(client, path)
    assert client.post(f"{path}/reschedule", {"starts_at": at(cast, TUE).isoformat()}).status_code == 200
    after = event(client, path)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("DTSTART") == at(cast, TUE)


def test_cancelled_it_says_so(cast: Cast, path: str) -> None:
    client = api(cast.cleared)
    client.post(f"{path}/cancel", {"reason_code": "other"})
    assert event(client, path)["STATUS"] == "CANCELLED"


def test_it_is_for_who_sees_the_visit_in_their_language(cast: Cast, path: str) -> None:
    assert "SUMMARY:Rendez-vous à Coquitlam" in text(api(cast.cleared), path, "fr")
    for who in (cast.stranger, cast.physio):
        assert refusal(api(who).get(f"{path}/calendar.ics")) == (404, "not_found")
