"""getClinicDay: the desk's day."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic, Closure, Room
from backend.practitioners.models import ExtraHours, Practitioner, TimeOff, WorkingHours
from tests.api_client import ApiClient
from tests.appointments.rows import add_visit
from tests.cast import MON, SUN, Cast


@pytest.fixture
def desk(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.desk_coquitlam)


def path(clinic: Clinic) -> str:
    return f"/v1/clinics/{clinic.pk}/day"


def day(client: ApiClient, cast: Cast, **query: Any) -> dict[str, Any]:
    answer = client.get(path(cast.coquitlam), {"date": cast.day(cast.coquitlam, MON).isoformat(), **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def column(body: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    [found] = [one for one in body[kind] if one["name"] == name]
    assert isinstance(found, dict)
    return found


def clocks(spans: list[dict[str, Any]]) -> list[str]:
    return [f"{span['starts_at'][11:16]}-{span['ends_at'][11:16]}" for span in spans]


def room(cast: Cast, name: str = "Room 0") -> Room:
    return Room.objects.get(clinic=cast.coquitlam, name=name)


def a_visit(cast: Cast, time: str, **more: Any) -> Appointment:
    wanted = {"service": cast.physio_follow_up, "practitioner": cast.ims, "patient": cast.patient, "room": room(cast)}
    visit: Appointment = add_visit(starts_at=cast.at(cast.coquitlam, MON, time), **{**wanted, **more})
    return visit


def test_a_day_in_columns(cast: Cast, desk: ApiClient) -> None:
    visit = a_visit(cast, "10:00", before=5, after=10)
    a_visit(cast, "12:00", patient=cast.cleared, status="cancelled")
    a_visit(cast, "14:00", patient=None, status="held")
    body = day(desk, cast)
    monday = cast.day(cast.coquitlam, MON).isoformat()
    assert (body["date"], body["timezone"], clocks(body["open"])) == (monday, "America/Vancouver", ["08:00-18:00"])
    assert body["open"][0]["starts_at"] == f"{monday}T08:00:00-07:00"
    assert [one["name"] for one in body["practitioners"]] == ["Ims Test", "Masseur Test", "Physio Test"]
    assert [one["name"] for one in body["rooms"]] == ["Room 0", "Room 1", "Room 2", "Room 3"]

    ims = column(body, "practitioners", "Ims Test")
    assert clocks(ims["working"]) == ["09:00-17:00"]
    assert clocks(ims["free"]) == ["09:00-09:55", "10:40-14:00", "14:30-17:00"]
    assert [(one["status"], one["patient_name"]) for one in ims["visits"]] == [
        ("booked", "Patient Test"),
        ("cancelled", "Cleared Test"),
    ]
    assert ims["visits"][0] == {
        "appointment_id": str(visit.pk),
        "status": "booked",
        "starts_at": f"{monday}T10:00:00-07:00",
        "ends_at": f"{monday}T10:30:00-07:00",
        "occupied_from_at": f"{monday}T09:55:00-07:00",
        "occupied_until_at": f"{monday}T10:40:00-07:00",
        "service_id": str(cast.physio_follow_up.pk),
        "service_name": "physio-follow-up",
        "practitioner_id": str(cast.ims.pk),
        "practitioner_name": "Ims Test",
        "patient_id": str(cast.patient.pk),
        "patient_name": "Patient Test",
        "room_id": str(visit.room_id),
        "room_name": "Room 0",
    }
    used = column(body, "rooms", "Room 0")
    assert (used["visits"], used["holds"]) == (ims["visits"], ims["holds"])
    assert clocks(used["free"]) == ["08:00-09:55", "10:40-14:00", "14:30-18:00"]
    assert clocks(column(body, "rooms", "Room 1")["free"]) == ["08:00-18:00"]


def test_holds_are_anonymous_and_end(cast: Cast, desk: ApiClient) -> None:
    hold = a_visit(cast, "10:00", status="held", patient=cast.stranger)
    [shown] = column(day(desk, cast), "practitioners", "Ims Test")["holds"]
    assert sorted(shown) == [
        "ends_at",
        "expires_at",
        "occupied_from_at",
        "occupied_until_at",
        "practitioner_id",
        "room_id",
        "starts_at",
    ]
    text = desk.get(path(cast.coquitlam), {"date": cast.day(cast.coquitlam, MON).isoformat()}).content.decode()
    assert str(hold.pk) not in text
    assert "Stranger" not in text
    Appointment.objects.filter(pk=hold.pk).update(hold_expires_at=cast.now - timedelta(minutes=1))
    ims = column(day(desk, cast), "practitioners", "Ims Test")
    assert (ims["holds"], clocks(ims["free"])) == ([], ["09:00-17:00"])


def test_what_blocks_a_day(cast: Cast, desk: ApiClient) -> None:
    monday = cast.day(cast.coquitlam, MON)
    span = {"first_date": monday, "last_date": monday}
    Closure.objects.create(clinic=cast.coquitlam, reason="Drill", from_minute=600, until_minute=660, **span)
    TimeOff.objects.create(practitioner=cast.ims, from_minute=720, until_minute=780, **span)
    TimeOff.objects.create(practitioner=cast.ims, clinic=cast.langley, **span)
    ExtraHours.objects.create(
        practitioner=cast.ims, clinic=cast.coquitlam, date=monday, from_minute=1020, until_minute=1140
    )
    langley = Room.objects.filter(clinic=cast.langley)[0]
    a_visit(cast, "15:00", patient=cast.stranger, room=langley)
    body = day(desk, cast)
    assert [(*clocks([one]), one["reason"]) for one in body["closures"]] == [("10:00-11:00", "Drill")]
    ims = column(body, "practitioners", "Ims Test")
    assert clocks(ims["working"]) == ["09:00-19:00"]
    assert clocks(ims["time_off"]) == ["12:00-13:00"]
    assert (clocks(ims["elsewhere"]), ims["visits"]) == (["15:00-15:30"], [])
    assert clocks(ims["free"]) == ["09:00-10:00", "11:00-12:00", "13:00-15:00", "15:30-18:00"], "open until six"
    assert clocks(column(body, "rooms", "Room 0")["free"]) == ["08:00-10:00", "11:00-18:00"]


def test_who_has_no_hours_but_a_visit_has_a_column(cast: Cast, desk: ApiClient) -> None:
    a_visit(cast, "10:00", practitioner=cast.langley_physio)
    Room.objects.filter(pk=room(cast).pk).update(is_active=False)
    Room.objects.filter(pk=room(cast, "Room 1").pk).update(is_active=False)
    body = day(desk, cast)
    guest = column(body, "practitioners", "Langley.Physio Test")
    assert (guest["working"], guest["free"], len(guest["visits"])) == ([], [], 1)
    assert column(body, "rooms", "Room 0")["free"] == []
    assert [one["name"] for one in body["rooms"]] == ["Room 0", "Room 2", "Room 3"]


def test_a_day_without_hours(cast: Cast, desk: ApiClient) -> None:
    body = day(desk, cast, date=cast.day(cast.coquitlam, SUN).isoformat())
    assert (body["open"], body["practitioners"]) == ([], [])
    assert [one["free"] for one in body["rooms"]] == [[], [], [], []]


def test_without_a_date_it_is_today_there(cast: Cast, desk: ApiClient) -> None:
    assert desk.get(path(cast.coquitlam)).json()["date"] == cast.today(cast.coquitlam).isoformat()


def test_a_practitioner_sees_the_own_column_only(cast: Cast) -> None:
    a_visit(cast, "10:00")
    a_visit(cast, "11:00", practitioner=cast.physio, patient=cast.cleared, room=room(cast, "Room 1"))
    assert cast.ims.user
    assert cast.langley_physio.user
    own = ApiClient().as_(cast.ims.user)
    answer = own.get(path(cast.coquitlam), {"date": cast.day(cast.coquitlam, MON).isoformat()})
    assert [one["name"] for one in answer.json()["practitioners"]] == ["Ims Test"]
    assert answer.json()["rooms"] == []
    assert "Cleared" not in answer.content.decode()
    assert own.get(path(cast.langley)).status_code == 200
    assert own.get(path(cast.toronto)).status_code == 403
    assert ApiClient().as_(cast.langley_physio.user).get(path(cast.coquitlam)).status_code == 403


def test_whose_day_it_is_not(cast: Cast) -> None:
    for user, status in ((cast.desk_langley, 403), (cast.patient.user, 403), (cast.owner, 200)):
        assert user
        assert ApiClient().as_(user).get(path(cast.coquitlam)).status_code == status
    assert ApiClient().get(path(cast.coquitlam)).status_code == 401
    Clinic.objects.filter(pk=cast.coquitlam.pk).update(is_active=False)
    assert ApiClient().as_(cast.desk_langley).get(path(cast.coquitlam)).status_code == 404
    assert ApiClient().as_(cast.desk_coquitlam).get(path(cast.coquitlam)).status_code == 200


def test_an_unchanged_day_is_not_sent_again(cast: Cast, desk: ApiClient) -> None:
    query = {"date": cast.day(cast.coquitlam, MON).isoformat()}
    etag = desk.get(path(cast.coquitlam), query)["ETag"]
    again = desk.get(path(cast.coquitlam), query, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    a_visit(cast, "10:00")
    assert desk.get(path(cast.coquitlam), query, headers={"If-None-Match": etag}).status_code == 200


def test_reading_a_day_is_written_down(cast: Cast, desk: ApiClient) -> None:
    query = {"date": cast.day(cast.coquitlam, MON).isoformat()}
    etag = desk.get(path(cast.coquitlam), query)["ETag"]
    entry = AuditEntry.objects.get(action="day.read")
    assert (entry.actor_id, entry.clinic_id, entry.after) == (cast.desk_coquitlam.pk, cast.coquitlam.pk, query)
    assert desk.get(path(cast.coquitlam), query, headers={"If-None-Match": etag}).status_code == 304
    assert desk.get(path(cast.langley), query).status_code == 403
    assert AuditEntry.objects.filter(action="day.read").count() == 1, "nothing was shown that was not written down"
    colleague = ApiClient().as_(cast.manager_coquitlam)
    assert colleague.get(path(cast.coquitlam), query, headers={"If-None-Match": etag}).status_code == 200
    assert cast.ims.user
    ApiClient().as_(cast.ims.user).get(path(cast.coquitlam), query)
    entries = AuditEntry.objects.filter(action="day.read").order_by("id")
    assert [one.actor_id for one in entries] == [cast.desk_coquitlam.pk, cast.manager_coquitlam.pk, cast.ims.user.pk]
    assert entries[2].after == {**query, "practitioner_id": str(cast.ims.pk)}


def test_twenty_columns_cost_no_more_statements_than_one(cast: Cast, desk: ApiClient) -> None:
    WorkingHours.objects.filter(clinic=cast.coquitlam).exclude(practitioner=cast.ims).delete()
    a_visit(cast, "10:00")

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            columns.append(len(day(desk, cast)["practitioners"]))
        return len(queries)

    columns: list[int] = []
    few = statements()
    for number in range(20):
        other = Practitioner.objects.create(given_name="Dr", family_name=f"{number}", title="PT", title_fr="PT")
        new = Room.objects.create(clinic=cast.coquitlam, name=f"New {number}", kind="treatment")
        hours = {"weekday": MON, "from_minute": 540, "until_minute": 1020, "valid_from": "2020-01-01"}
        WorkingHours.objects.create(practitioner=other, clinic=cast.coquitlam, **hours)
        monday = cast.day(cast.coquitlam, MON)
        TimeOff.objects.create(practitioner=other, first_date=monday, last_date=monday, from_minute=960)
        a_visit(cast, "10:00", practitioner=other, room=new, patient=None, status="held")
    assert statements() == few
    assert columns == [1, 21]
    assert few <= 16, "three of them for the entry in the audit log"
