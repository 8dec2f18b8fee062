"""The promise is the time on the clinic's wall: through clock changes, and where there are none any more (D25)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.appointments.actions.resolve_timezones import Resolution, resolve_timezones
from backend.appointments.models import Appointment
from backend.clinics.models import Clinic, OpeningHours, Room
from backend.practitioners.models import WorkingHours
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book
from tests.appointments.oracle import Oracle, instant, minutes_of
from tests.appointments.rows import add_visit
from tests.appointments.stopped_clock import stop_clock
from tests.cast import SUN, Cast

OCTOBER = datetime(2026, 10, 20, 16, tzinfo=UTC)
TORONTO_FALLS_BACK, TORONTO_SPRINGS_FORWARD = date(2026, 11, 1), date(2027, 3, 14)


@pytest.fixture(autouse=True)
def _october(db: None) -> None:
    stop_clock(OCTOBER)


def days_at(clinic: Clinic, first: date, last: date, **more: Any) -> list[Any]:
    query = {"service": "physio-follow-up", "clinic": clinic.pk, "from_date": first, "to_date": last, "limit": 100}
    answer = ApiClient().get("/v1/slots", {**query, **more})
    assert answer.status_code == 200, answer.json()
    days: list[Any] = answer.json()["results"]
    return days


def body(cast: Cast, clinic: Clinic, starts_at: str) -> dict[str, str]:
    """With the very text that search gave."""
    return {"service_id": str(cast.physio_follow_up.pk), "clinic_id": str(clinic.pk), "starts_at": starts_at}


@pytest.mark.parametrize(
    ("where", "day", "offset"),
    [
        ("toronto", date(2026, 10, 30), "-04:00"),
        ("toronto", date(2026, 11, 2), "-05:00"),
        ("toronto", date(2027, 3, 12), "-05:00"),
        ("toronto", date(2027, 3, 15), "-04:00"),
        ("coquitlam", date(2026, 10, 30), "-07:00"),
        ("coquitlam", date(2026, 11, 2), "-07:00"),
        ("coquitlam", date(2027, 3, 15), "-07:00"),
    ],
)
def test_nine_is_nine_from_search_to_the_stored_promise(cast: Cast, where: str, day: date, offset: str) -> None:
    clinic: Clinic = getattr(cast, where)
    [found] = days_at(clinic, day, day)
    text = found["slots"][0]["starts_at"]
    assert text == f"{day}T09:00:00{offset}"
    client = api(cast.patient)
    visit = book(client, body(cast, clinic, text))
    assert client.get(f"{VISITS}/{visit['id']}").json() == visit
    assert visit["starts_at"] == text
    assert visit["ends_at"] == f"{day}T09:30:00{offset}"
    assert (visit["local_start"], visit["utc_offset"]) == (f"{day}T09:00", offset)
    assert visit["timezone"] == clinic.timezone
    hours_behind = int(offset[1:3])
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    assert Appointment.objects.get().starts_at == midnight + timedelta(hours=9 + hours_behind)


def test_the_same_instant_books_however_it_is_written(cast: Cast) -> None:
    day = date(2026, 11, 2)
    for patient, text in ((cast.patient, f"{day}T16:00:00Z"), (cast.parent, f"{day}T18:30:00+01:00")):
        visit = book(api(patient), body(cast, cast.coquitlam, text))
        assert visit["starts_at"] in (f"{day}T09:00:00-07:00", f"{day}T10:30:00-07:00")


def test_all_winter_nine_is_nine(cast: Cast) -> None:
    """Coquitlam stays at -07:00; Toronto is at -05:00 from November to March."""
    for clinic in (cast.coquitlam, cast.toronto):
        firsts = []
        for month in (date(2026, 10, 21), date(2026, 12, 22), date(2027, 2, 22)):
            firsts += days_at(clinic, month, month + timedelta(days=55))
        assert len(firsts) == 120  # workdays of 24 weeks
        for found in firsts:
            offset = "-07:00"
            if clinic == cast.toronto:
                winter = str(TORONTO_FALLS_BACK) <= found["date"] < str(TORONTO_SPRINGS_FORWARD)
                offset = "-05:00" if winter else "-04:00"
            assert found["slots"][0]["starts_at"] == f"{found['date']}T09:00:00{offset}"


def open_at_night(cast: Cast, clinic: Clinic, practitioner: Any) -> None:
    hours = {"weekday": SUN, "from_minute": 0, "until_minute": 4 * 60, "valid_from": OCTOBER.date()}
    OpeningHours.objects.create(clinic=clinic, **hours)
    WorkingHours.objects.create(clinic=clinic, practitioner=practitioner, **hours)


def test_an_hour_that_comes_twice_is_two_hours(cast: Cast) -> None:
    open_at_night(cast, cast.toronto, cast.toronto_ims)
    [found] = days_at(cast.toronto, TORONTO_FALLS_BACK, TORONTO_FALLS_BACK)
    texts = [slot["starts_at"] for slot in found["slots"]]
    twice = [f"{TORONTO_FALLS_BACK}T01:30:00{offset}" for offset in ("-04:00", "-05:00")]
    assert [text for text in texts if "T01:30" in text] == twice
    assert len(texts) == 4 * 5 - 1  # the last visit begins at 3:30
    for text in twice:
        visit = book(api(cast.torontonian), body(cast, cast.toronto, text))
        assert (visit["starts_at"], visit["local_start"]) == (text, f"{TORONTO_FALLS_BACK}T01:30")
        assert visit["utc_offset"] == text[-6:]


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        ("2026-10-31T23:45:00-04:00", "2026-11-01T00:15:00-04:00"),
        ("2026-11-01T01:45:00-04:00", "2026-11-01T01:15:00-05:00"),
        ("2026-11-01T01:45:00-05:00", "2026-11-01T02:15:00-05:00"),
        ("2026-11-01T09:00:00-05:00", "2026-11-01T09:30:00-05:00"),
        ("2026-11-01T15:30:00-05:00", "2026-11-01T16:00:00-05:00"),
        ("2026-11-01T23:45:00-05:00", "2026-11-02T00:15:00-05:00"),
        ("2027-03-13T23:45:00-05:00", "2027-03-14T00:15:00-05:00"),
        ("2027-03-14T01:45:00-05:00", "2027-03-14T03:15:00-04:00"),
        ("2027-03-14T03:00:00-04:00", "2027-03-14T03:30:00-04:00"),
        ("2027-03-14T09:00:00-04:00", "2027-03-14T09:30:00-04:00"),
        ("2027-03-14T15:30:00-04:00", "2027-03-14T16:00:00-04:00"),
        ("2027-03-14T23:45:00-04:00", "2027-03-15T00:15:00-04:00"),
    ],
)
def test_both_nights_in_toronto(cast: Cast, starts_at: str, ends_at: str) -> None:
    """Morning, afternoon and across midnight: what is read is what is promised, and half an hour lasts as long."""
    clinic = cast.toronto
    always = {"from_minute": 0, "until_minute": 24 * 60, "valid_from": date(2026, 1, 1)}
    OpeningHours.objects.filter(clinic=clinic).delete()
    WorkingHours.objects.filter(clinic=clinic).delete()
    for weekday in range(1, 8):
        OpeningHours.objects.create(clinic=clinic, weekday=weekday, **always)
        WorkingHours.objects.create(clinic=clinic, practitioner=cast.toronto_ims, weekday=weekday, **always)
    day = date.fromisoformat(starts_at[:10])
    [found] = days_at(clinic, day, day)
    assert starts_at in {slot["starts_at"] for slot in found["slots"]}
    visit = book(api(cast.torontonian), body(cast, clinic, starts_at))
    assert (visit["starts_at"], visit["ends_at"]) == (starts_at, ends_at)
    assert (visit["local_start"], visit["utc_offset"]) == (starts_at[:16], starts_at[-6:])
    row = Appointment.objects.get()
    assert row.ends_at - row.starts_at == timedelta(minutes=30)
    assert resolve_timezones() == Resolution()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_ends_of_the_world_see_all_of_their_day(cast: Cast, zone: str) -> None:
    """At +14 and -12 a date lies furthest from the same date in UTC; visits reach over midnight on either side."""
    Clinic.objects.filter(pk=cast.coquitlam.pk).update(timezone=zone)
    for model in (OpeningHours, WorkingHours):
        model._default_manager.filter(clinic=cast.coquitlam).update(from_minute=0, until_minute=1440)
    clinic, day = Clinic.objects.get(pk=cast.coquitlam.pk), date(2026, 10, 27)  # a Tuesday
    room = Room.objects.filter(clinic=clinic, kind="treatment")[0]
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
    for hours, name in ((0, "ims"), (24, "physio")):
        add_visit(
            service=cast.physio_initial,
            practitioner=getattr(cast, name),
            room=room,
            patient=cast.stranger,
            starts_at=midnight + timedelta(hours=hours, minutes=-10),
            minutes=45,
        )
    [found] = days_at(clinic, day, day)
    listed = {
        (person, datetime.fromisoformat(slot["starts_at"]))
        for slot in found["slots"]
        for person in slot["practitioner_ids"]
    }
    oracles = [Oracle(cast.physio_follow_up, clinic, person, None, OCTOBER) for person in (cast.ims, cast.physio)]
    assert listed == {
        (str(oracle.practitioner.pk), instant(at))
        for oracle in oracles
        for at in minutes_of(zone, day, day)
        if oracle.is_bookable(at)
    }
    for slot in (found["slots"][0], found["slots"][-1]):
        visit = book(api(cast.patient), body(cast, clinic, slot["starts_at"]))
        assert visit["local_start"] == slot["starts_at"][:16]
