"""Lists of set-up cost the same number of statements, however long they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.clinics.models import ClinicService, Closure, Membership, OpeningHours, Room, Service
from tests.api_client import ApiClient
from tests.cast import SINCE, SUN, Cast


def add(cast: Cast, part: str, number: int) -> None:
    """One row more for the list."""
    clinic = cast.coquitlam
    if part == "rooms":
        Room.objects.create(clinic=clinic, name=f"New {number}", kind="massage")
    elif part == "opening-hours":
        minutes = {"from_minute": number, "until_minute": number + 1}
        OpeningHours.objects.create(clinic=clinic, weekday=SUN, valid_from=SINCE, **minutes)
    elif part == "closures":
        Closure.objects.create(clinic=clinic, first_date=SINCE, last_date=SINCE, reason="Works")
    elif part == "members":
        user = User.objects.create(email=f"{number}@example.test", given_name="A", family_name="B")
        Membership.objects.create(clinic=clinic, user=user, role="front_desk")
    else:
        service = Service.objects.get(pk=cast.massage.pk)
        service.pk, service.code, service._state.adding = None, f"new-{number}", True
        service.save()
        ClinicService.objects.create(clinic=clinic, service=service)


@pytest.mark.parametrize("part", ["rooms", "opening-hours", "closures", "services", "members"])
def test_a_longer_list_costs_no_more(cast: Cast, part: str) -> None:
    manager = ApiClient().as_(cast.manager_coquitlam)
    counts, lengths = [], []
    for number in (1, 2, 3):
        add(cast, part, number)
        with CaptureQueriesContext(connection) as queries:
            page = manager.get(f"/v1/clinics/{cast.coquitlam.pk}/{part}")
        counts.append(len(queries))
        lengths.append(len(page.json()["results"]))
    assert counts == [3, 3, 3], "who calls, the clinic, the rows"
    assert lengths[2] == lengths[0] + 2
