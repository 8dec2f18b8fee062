"""What set-up no longer covers is listed until somebody sees to it: neither kept nor cancelled silently."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.clinics.models import Closure, OpeningHours, Room
from backend.practitioners.models import Credential, Offering, TimeOff, WorkingHours
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, refusal, wish
from tests.appointments.rows import add_visit, change
from tests.cast import MON, THU, Cast


def of_practitioner(client: ApiClient, practitioner: Any) -> list[tuple[str, list[str]]]:
    return listed(client, f"/v1/practitioners/{practitioner.pk}/at-risk")


def of_clinic(client: ApiClient, clinic: Any) -> list[tuple[str, list[str]]]:
    return listed(client, f"/v1/clinics/{clinic.pk}/at-risk")


def listed(client: ApiClient, path: str) -> list[tuple[str, list[str]]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return [(one["appointment_id"], one["rules"]) for one in answer.json()["results"]]


@pytest.fixture
def visit_id(cast: Cast) -> str:
    """A follow-up with `ims` at Coquitlam, Monday 10:00."""
    at = cast.at(cast.coquitlam, MON, "10:00")
    wanted = wish(cast.physio_follow_up, cast.coquitlam, at, practitioner_id=cast.ims)
    return str(book(api(cast.patient), wanted)["id"])


def close(cast: Cast) -> None:
    day = cast.day(cast.coquitlam, MON)
    Closure.objects.create(clinic=cast.coquitlam, first_date=day, last_date=day, reason="flood")


def expire(cast: Cast) -> None:
    """Nothing is done on the day itself: the registration simply ends before the visit."""
    ends = cast.day(cast.coquitlam, MON) - timedelta(days=1)
    Credential.objects.filter(practitioner=cast.ims).update(valid_until=ends)


def be_away(cast: Cast) -> None:
    day = cast.day(cast.coquitlam, MON)
    TimeOff.objects.create(practitioner=cast.ims, first_date=day, last_date=day)


CAUSES: dict[str, Callable[[Cast], object]] = {
    "clinic_closed": close,
    "credential_missing": expire,
    "practitioner_away": be_away,
    "outside_hours": lambda cast: WorkingHours.objects.filter(practitioner=cast.ims, weekday=MON).delete(),
    "no_room": lambda cast: Room.objects.filter(clinic=cast.coquitlam, kind="treatment").update(is_active=False),
    "not_offered": lambda cast: Offering.objects.filter(practitioner=cast.ims).delete(),
    "practitioner_inactive": lambda cast: change(cast.ims, is_active=False),
}


@pytest.mark.parametrize("rule", CAUSES)
def test_whatever_breaks_a_visit_it_stays_booked_and_is_listed(cast: Cast, visit_id: str, rule: str) -> None:
    desk = api(cast.desk_coquitlam)
    assert of_practitioner(desk, cast.ims) == of_clinic(desk, cast.coquitlam) == []
    CAUSES[rule](cast)
    assert of_practitioner(desk, cast.ims) == of_clinic(desk, cast.coquitlam) == [(visit_id, [rule])]
    assert desk.get(f"{VISITS}/{visit_id}").json()["status"] == "booked"


def test_what_was_moved_cancelled_or_covered_again_is_listed_no_more(cast: Cast, visit_id: str) -> None:
    desk, path = api(cast.desk_coquitlam), f"{VISITS}/{visit_id}"
    for _ in range(2):
        close(cast)
        assert of_clinic(desk, cast.coquitlam) == [(visit_id, ["clinic_closed"])]
        Closure.objects.all().delete()
        assert of_clinic(desk, cast.coquitlam) == []
    close(cast)
    later = cast.at(cast.coquitlam, MON, "11:00", week=2)
    assert desk.post(f"{path}/reschedule", {"starts_at": later.isoformat()}).status_code == 200
    assert of_clinic(desk, cast.coquitlam) == []
    Closure.objects.update(last_date=later.date())
    assert of_clinic(desk, cast.coquitlam) == [(visit_id, ["clinic_closed"])]
    assert desk.post(f"{path}/cancel", {"reason_code": "clinic"}).status_code == 200
    assert of_clinic(desk, cast.coquitlam) == []


def test_whom_the_lists_are_for(cast: Cast, visit_id: str) -> None:
    there = cast.at(cast.langley, THU, "10:00")
    elsewhere = add_visit(
        service=cast.physio_follow_up,
        practitioner=cast.ims,
        room=Room.objects.filter(clinic=cast.langley, kind="treatment")[0],
        patient=cast.stranger,
        starts_at=there,
    )
    change(cast.ims, is_active=False)
    here, away = (visit_id, ["practitioner_inactive"]), (str(elsewhere.pk), ["practitioner_inactive"])
    assert of_practitioner(api(cast.desk_coquitlam), cast.ims) == [here], "visits at the other clinic are not theirs"
    assert of_practitioner(api(cast.desk_langley), cast.ims) == [away]
    assert of_practitioner(api(cast.ims), cast.ims) == [here, away]
    assert of_clinic(api(cast.ims), cast.coquitlam) == [here]
    assert of_clinic(api(cast.physio), cast.coquitlam) == []
    for path in (f"/v1/practitioners/{cast.ims.pk}/at-risk", f"/v1/clinics/{cast.coquitlam.pk}/at-risk"):
        assert refusal(api(cast.patient).get(path)) == (403, "permission_denied")
    assert refusal(api(cast.desk_langley).get(f"/v1/clinics/{cast.coquitlam.pk}/at-risk")) == (403, "permission_denied")


def test_it_is_read_page_by_page_in_as_many_statements_however_many_there_are(cast: Cast) -> None:
    desk, room = api(cast.desk_coquitlam), Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0]
    OpeningHours.objects.filter(clinic=cast.coquitlam).delete()
    path, counts = f"/v1/clinics/{cast.coquitlam.pk}/at-risk", set()
    ids: list[str] = []
    for number in range(5):
        visit = add_visit(
            service=cast.physio_follow_up,
            practitioner=cast.physio,
            room=room,
            patient=cast.patient,
            starts_at=cast.at(cast.coquitlam, MON, "10:00", week=5 - number),
        )
        ids.insert(0, str(visit.pk))
        with CaptureQueriesContext(connection) as captured:
            listed(desk, path)
        counts.add(len(captured))
    assert len(counts) == 1
    first = desk.get(path, {"limit": 3}).json()
    second = desk.get(path, {"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [one["appointment_id"] for page in (first, second) for one in page["results"]] == ids
    assert second["next_cursor"] is None
    assert refusal(desk.get(path, {"cursor": "odd"})) == (400, "cursor_invalid")
