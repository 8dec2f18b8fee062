"""Set-up changed by several at once: nobody's change is lost, and the chain keeps an owner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from backend.clinics.enums import Role
from backend.clinics.models import ClinicService, Membership
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[int]:
    """The statuses, in order, of acts that begin together, each on a connection of its own."""
    start = Barrier(len(acts), timeout=30)

    def run(act: Callable[[], Any]) -> int:
        try:
            start.wait()
            return int(act().status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.parametrize("part", ["", "/policy"])
def test_of_changes_to_the_same_state_one_is_made(cast: Cast, part: str) -> None:
    manager = ApiClient().as_(cast.manager_coquitlam)
    path = f"/v1/clinics/{cast.coquitlam.pk}{part}"
    etag = manager.get(path).json()["etag"]

    def change(number: int) -> Callable[[], Any]:
        body = {"notice_minutes": number} if part else {"name": f"Name {number}"}
        return lambda: ApiClient(manager.token).patch(path, body, if_match=etag)

    assert at_once(*[change(number) for number in range(5)]) == [200, 412, 412, 412, 412]
    cast.coquitlam.refresh_from_db()
    assert cast.coquitlam.version == 2


def test_of_first_offers_one_is_made(cast: Cast) -> None:
    manager = ApiClient().as_(cast.manager_langley)
    path = f"/v1/clinics/{cast.langley.pk}/services/{cast.massage.pk}"

    def offer() -> Any:
        return ApiClient(manager.token).put(path, {})

    assert at_once(*[offer] * 4) == [200, 428, 428, 428]
    assert ClinicService.objects.filter(clinic=cast.langley, service=cast.massage).count() == 1


def test_of_two_owners_who_remove_each_other_one_stays(cast: Cast) -> None:
    second = Membership.objects.create(user=cast.manager_coquitlam, role=Role.OWNER)
    first = Membership.objects.get(user=cast.owner)
    one, other = ApiClient().as_(cast.owner), ApiClient().as_(cast.manager_coquitlam)
    statuses = at_once(
        lambda: one.delete(f"/v1/members/{second.pk}", if_match="*"),
        lambda: other.delete(f"/v1/members/{first.pk}", if_match="*"),
    )
    assert statuses[0] == 204
    assert statuses[1] in (403, 409), "no longer an owner, or the last one now"
    assert Membership.objects.filter(role=Role.OWNER).count() == 1
