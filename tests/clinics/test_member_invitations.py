"""Members are asked by mail, change roles and leave; nobody gives more than they may."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.clinics.models import MemberInvitation, Membership
from backend.common.clock import real_now
from tests.accounts.people import refusal
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

ACCEPT = "/v1/members/accept"
NEW = {"password": "correct horse battery", "given_name": "Nora", "family_name": "New"}


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.manager_coquitlam)


@pytest.fixture
def owner(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.owner)


def invited(client: ApiClient, cast: Cast, email: str, role: str = "front_desk") -> str:
    """The token of the mail."""
    path = f"/v1/clinics/{cast.coquitlam.pk}/member-invitations"
    answer = client.post(path, {"email": email, "role": role})
    assert answer.status_code == 202, answer.content
    run_jobs()
    assert mail.outbox[-1].to == [email.lower()]
    found = re.search(r"#token=(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.content
    return [one["pointer"] for one in answer.json()["errors"]]


def test_somebody_new_opens_an_account_by_the_link(cast: Cast, manager: ApiClient) -> None:
    token = invited(manager, cast, "Nora@example.test")
    assert pointers(ApiClient().post(ACCEPT, {"token": token})) == ["/password", "/given_name", "/family_name"]
    assert pointers(ApiClient().post(ACCEPT, {**NEW, "token": token, "password": "password12"})) == ["/password"]
    made = ApiClient().post(ACCEPT, {**NEW, "token": token})
    body = made.json()
    assert (made.status_code, body["email"], body["role"]) == (201, "nora@example.test", "front_desk")
    assert manager.get(made["Location"]).json() == body
    signed_in = ApiClient().post("/v1/auth/token", {"email": "nora@example.test", "password": NEW["password"]})
    desk = ApiClient(signed_in.json()["access"])
    me = desk.get("/v1/me").json()
    assert (me["is_email_verified"], [one["role"] for one in me["memberships"]]) == (True, ["front_desk"])
    assert AuditEntry.objects.filter(action="member.created").count() == 1
    assert pointers(ApiClient().post(ACCEPT, {**NEW, "token": token})) == ["/token"]


def test_who_has_an_account_takes_the_role_with_it(cast: Cast, manager: ApiClient) -> None:
    user = cast.stranger.user
    assert user
    before = ApiClient().as_(user)
    token = invited(manager, cast, user.email, "clinic_manager")
    assert ApiClient().post(ACCEPT, {"token": token}).json()["user_id"] == str(user.pk)
    assert refusal(before.get("/v1/me")) == (401, "session_revoked")
    user.refresh_from_db()
    assert user.check_password(NEW["password"]) is False


def test_whoever_merely_typed_the_address_does_not_get_the_role(cast: Cast, manager: ApiClient) -> None:
    squatter = User.objects.create_user("nora@example.test", "known to a stranger", given_name="E", family_name="V")
    token = invited(manager, cast, squatter.email)
    assert "/password" in pointers(ApiClient().post(ACCEPT, {"token": token}))
    assert ApiClient().post(ACCEPT, {**NEW, "token": token}).status_code == 201
    squatter.refresh_from_db()
    assert (squatter.check_password("known to a stranger"), squatter.given_name) == (False, "Nora")
    assert squatter.email_verified_at is not None


def test_an_invitation_ends(cast: Cast, manager: ApiClient) -> None:
    first = invited(manager, cast, "nora@example.test")
    second = invited(manager, cast, "nora@example.test")
    assert pointers(ApiClient().post(ACCEPT, {**NEW, "token": first})) == ["/token"]
    MemberInvitation.objects.update(expires_at=real_now() - timedelta(seconds=1))
    assert pointers(ApiClient().post(ACCEPT, {**NEW, "token": second})) == ["/token"]
    assert pointers(ApiClient().post(ACCEPT, {**NEW, "token": "odd"})) == ["/token"]
    third = invited(manager, cast, "nora@example.test")
    User.objects.create_user("nora@example.test", None, given_name="N", family_name="N", is_active=False)
    assert pointers(ApiClient().post(ACCEPT, {**NEW, "token": third})) == ["/token"], "a closed account stays closed"


def test_nobody_has_a_role_twice(cast: Cast, manager: ApiClient) -> None:
    token = invited(manager, cast, cast.desk_coquitlam.email)
    assert refusal(ApiClient().post(ACCEPT, {"token": token})) == (409, "already_exists")


def test_only_an_owner_asks_for_owners(cast: Cast, manager: ApiClient, owner: ApiClient) -> None:
    path = f"/v1/clinics/{cast.coquitlam.pk}/member-invitations"
    asked = {"email": "nora@example.test", "role": "owner"}
    assert refusal(manager.post(path, asked)) == (403, "permission_denied")
    token = invited(owner, cast, "nora@example.test", "owner")
    assert ApiClient().post(ACCEPT, {**NEW, "token": token}).json()["clinic_id"] is None


def test_what_a_removed_member_asked_is_worth_nothing(cast: Cast, manager: ApiClient, owner: ApiClient) -> None:
    token = invited(manager, cast, "nora@example.test", "clinic_manager")
    member = Membership.objects.get(user=cast.manager_coquitlam)
    assert owner.delete(f"/v1/members/{member.pk}", if_match="*").status_code == 204
    assert pointers(ApiClient().post(ACCEPT, {**NEW, "token": token})) == ["/token"]


def test_a_role_changes_and_the_sessions_end(cast: Cast, manager: ApiClient) -> None:
    member = Membership.objects.get(user=cast.desk_coquitlam)
    path, desk = f"/v1/members/{member.pk}", ApiClient().as_(cast.desk_coquitlam)
    assert refusal(manager.patch(path, {"role": "owner"}, if_match="*")) == (400, "validation_failed")
    changed = manager.patch(path, {"role": "clinic_manager"}, if_match=manager.get(path).json()["etag"])
    assert (changed.json()["role"], changed.json()["clinic_id"]) == ("clinic_manager", str(cast.coquitlam.pk))
    assert refusal(desk.get("/v1/me")) == (401, "session_revoked")
    entry = AuditEntry.objects.get(action="member.changed")
    assert (entry.before, entry.after) == ({"role": "front_desk"}, {"role": "clinic_manager"})
    assert manager.patch(path, {}, if_match="*").json() == changed.json()
    late = manager.patch(path, {"role": "front_desk"}, if_match='"1-0123456789abcdef"')
    assert refusal(late) == (412, "etag_mismatch")


def test_a_second_role_is_not_had_twice(cast: Cast, manager: ApiClient) -> None:
    member = Membership.objects.get(user=cast.desk_coquitlam)
    Membership.objects.create(user=cast.desk_coquitlam, clinic=cast.coquitlam, role="clinic_manager")
    answer = manager.patch(f"/v1/members/{member.pk}", {"role": "clinic_manager"}, if_match="*")
    assert refusal(answer) == (409, "already_exists")


def test_an_owner_is_neither_lowered_nor_touched_by_a_manager(cast: Cast, manager: ApiClient, owner: ApiClient) -> None:
    path = f"/v1/members/{Membership.objects.get(role='owner').pk}"
    assert refusal(manager.patch(path, {"role": "front_desk"}, if_match="*")) == (403, "permission_denied")
    assert refusal(owner.patch(path, {"role": "front_desk"}, if_match="*")) == (409, "invalid_transition")


def open_invitations(client: ApiClient, cast: Cast) -> Any:
    answer = client.get(f"/v1/clinics/{cast.coquitlam.pk}/member-invitations")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_an_invitation_is_withdrawn(cast: Cast, manager: ApiClient) -> None:
    token, other = invited(manager, cast, "nora@example.test"), invited(manager, cast, "other@example.test")
    listed = open_invitations(manager, cast)
    assert [one["email"] for one in listed] == ["other@example.test", "nora@example.test"]
    path = f"/v1/members/invitations/{listed[1]['id']}"
    assert manager.delete(path).status_code == 204
    assert pointers(ApiClient().post(ACCEPT, {**NEW, "token": token})) == ["/token"]
    assert open_invitations(manager, cast) == listed[:1]
    assert refusal(manager.delete(path)) == (404, "not_found")
    entry = AuditEntry.objects.get(action="member.invitation_withdrawn")
    assert (entry.before, entry.clinic_id) == ({"email": "nora@example.test", "role": "front_desk"}, cast.coquitlam.pk)
    assert ApiClient().post(ACCEPT, {**NEW, "token": other}).status_code == 201
    assert open_invitations(manager, cast) == []
    assert refusal(manager.delete(f"/v1/members/invitations/{listed[0]['id']}")) == (404, "not_found"), "accepted"


def test_what_has_ended_or_was_overtaken_is_not_listed(cast: Cast, manager: ApiClient) -> None:
    invited(manager, cast, "nora@example.test")
    invited(manager, cast, "nora@example.test")
    (last,) = open_invitations(manager, cast)
    MemberInvitation.objects.update(expires_at=real_now() - timedelta(seconds=1))
    assert open_invitations(manager, cast) == []
    assert refusal(manager.delete(f"/v1/members/invitations/{last['id']}")) == (404, "not_found")


def test_only_an_owner_withdraws_what_an_owner_asked_an_owner(cast: Cast, manager: ApiClient, owner: ApiClient) -> None:
    invited(owner, cast, "nora@example.test", "owner")
    (one,) = open_invitations(manager, cast)
    path = f"/v1/members/invitations/{one['id']}"
    assert refusal(manager.delete(path)) == (403, "permission_denied")
    assert refusal(ApiClient().as_(cast.manager_langley).delete(path)) == (404, "not_found")
    assert owner.delete(path).status_code == 204


def test_many_invitations_take_three_statements(
    cast: Cast, manager: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        invited(manager, cast, f"nora{number}@example.test")
    with django_assert_num_queries(3):  # who calls, the clinic, the page
        assert len(open_invitations(manager, cast)) == 4


def test_the_last_owner_cannot_close_the_account(cast: Cast, owner: ApiClient) -> None:
    closing = owner.post("/v1/me/close", {"current_password": "correct horse battery"})
    assert refusal(closing) == (403, "still_member")
