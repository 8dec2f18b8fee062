"""Set-up changed by several at once: nobody's change is lost, and the chain keeps an owner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from backend.accounts.actions.shut_account import shut_account
from backend.accounts.enums import InvitationPurpose
from backend.accounts.links import make_token
from backend.clinics.enums import Role
from backend.clinics.models import ClinicService, Membership
from backend.common.access import Actor
from tests.accounts.people import PASSWORD
from tests.api_client import ApiClient
from tests.cast import Cast

remove_member_module = import_module("backend.clinics.actions.remove_member")
close_account_module = import_module("backend.appointments.actions.close_account")

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


def owners_who_remove_each_other(cast: Cast) -> list[int]:
    """The statuses of both tries."""
    second = Membership.objects.create(user=cast.manager_coquitlam, role=Role.OWNER)
    first = Membership.objects.get(user=cast.owner)
    one, other = ApiClient().as_(cast.owner), ApiClient().as_(cast.manager_coquitlam)
    return at_once(
        lambda: one.delete(f"/v1/members/{second.pk}", if_match="*"),
        lambda: other.delete(f"/v1/members/{first.pk}", if_match="*"),
    )


def test_of_two_owners_who_remove_each_other_one_stays(cast: Cast) -> None:
    statuses = owners_who_remove_each_other(cast)
    assert statuses[0] == 204
    assert statuses[1] in (401, 403, 409), "no longer an owner, or the last one now"
    assert Membership.objects.filter(role=Role.OWNER).count() == 1


def test_without_the_lock_both_would_go(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_counted = Barrier(2, timeout=30)

    def count_only() -> int:
        count = Membership.objects.filter(role=Role.OWNER, user__is_active=True).count()
        both_have_counted.wait()
        return count

    monkeypatch.setattr(remove_member_module, "_lock_owners", count_only)
    assert owners_who_remove_each_other(cast) == [204, 204]
    assert not Membership.objects.filter(role=Role.OWNER).exists()


def test_an_invitation_is_accepted_or_withdrawn(cast: Cast) -> None:
    owner = ApiClient().as_(cast.owner)
    user = cast.stranger.user
    assert user
    asked = owner.post(
        f"/v1/clinics/{cast.coquitlam.pk}/member-invitations", {"email": user.email, "role": "front_desk"}
    ).json()
    token = make_token(UUID(asked["id"]), InvitationPurpose.MEMBER)
    statuses = at_once(
        lambda: ApiClient().post("/v1/members/accept", {"token": token}),
        lambda: owner.delete(f"/v1/members/invitations/{asked['id']}"),
    )
    is_member = Membership.objects.filter(user=user).exists()
    assert statuses == ([201, 404] if is_member else [204, 400])


def test_nobody_is_made_owner_while_closing_the_account(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The role comes once the account is found to have none, and before the account is locked."""
    user = cast.patient.user
    assert user
    user.set_password(PASSWORD)
    user.save()
    leaving, owner = ApiClient().as_(user), ApiClient().as_(cast.owner)

    def overtaken(actor: Actor, **given: str) -> None:
        body = {"email": user.email, "role": "owner"}
        assert owner.post(f"/v1/clinics/{cast.coquitlam.pk}/members", body).status_code == 201
        shut_account(actor, **given)

    monkeypatch.setattr(close_account_module, "shut_account", overtaken)
    assert leaving.post("/v1/me/close", {"current_password": PASSWORD}).status_code == 403
    user.refresh_from_db()
    assert user.is_active
