"""Who works at a clinic is decided by its managers, who owns the chain by its owners."""

import pytest

from backend.audit.models import AuditEntry
from backend.clinics.models import Membership
from backend.events.models import DomainEvent
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.clinics.test_setup_clinics import first_error, refusal


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.manager_coquitlam)


@pytest.fixture
def owner(cast: Cast) -> ApiClient:
    return ApiClient().as_(cast.owner)


@pytest.fixture
def members(cast: Cast) -> str:
    return f"/v1/clinics/{cast.coquitlam.id}/members"


def test_a_member_is_added_and_removed(cast: Cast, manager: ApiClient, members: str) -> None:
    assert cast.stranger.user
    email = cast.stranger.user.email
    new = ApiClient().as_(cast.stranger.user)
    assert new.get(f"/v1/clinics/{cast.coquitlam.id}/rooms").status_code == 403
    made = manager.post(members, {"email": email.upper(), "role": "clinic_manager"})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["email"], body["role"], body["clinic_id"]) == (email, "clinic_manager", str(cast.coquitlam.id))
    assert manager.get(made["Location"]).json() == body
    assert refusal(new.get(f"/v1/clinics/{cast.coquitlam.id}/rooms")) == (401, "session_revoked")
    new = ApiClient().as_(cast.stranger.user)
    assert new.get(f"/v1/clinics/{cast.coquitlam.id}/rooms").status_code == 200
    assert body in manager.get(members).json()["results"]

    twice = manager.post(members, {"email": email, "role": "clinic_manager"})
    assert (twice.json()["code"], *first_error(twice)) == ("already_exists", 409, "/role", "taken")
    assert refusal(manager.delete(made["Location"])) == (428, "if_match_required")
    assert manager.delete(made["Location"], if_match=body["etag"]).status_code == 204
    new = ApiClient().as_(cast.stranger.user)
    assert new.get(f"/v1/clinics/{cast.coquitlam.id}/rooms").status_code == 403
    added, removed = AuditEntry.objects.filter(subject_type="member").order_by("at")
    assert (added.action, removed.action) == ("member.created", "member.removed")
    assert (added.after["role"], removed.before["role"]) == ("clinic_manager", "clinic_manager")
    types = DomainEvent.objects.order_by("position").values_list("type", flat=True)
    assert list(types) == ["member.added.v1", "member.removed.v1"]


def test_a_role_needs_an_account_whose_address_is_verified(cast: Cast, manager: ApiClient, members: str) -> None:
    assert cast.stranger.user
    unknown = manager.post(members, {"email": "nobody@example.test", "role": "front_desk"})
    assert first_error(unknown) == (400, "/email", "not_found")
    cast.stranger.user.email_verified_at = None
    cast.stranger.user.save()
    unverified = manager.post(members, {"email": cast.stranger.user.email, "role": "front_desk"})
    assert unverified.json()["errors"] == unknown.json()["errors"]
    assert first_error(manager.post(members, {"email": "a@b.test", "role": "patient"}))[:2] == (400, "/role")


def test_the_list_names_members_and_owners(cast: Cast, manager: ApiClient, members: str) -> None:
    listed = manager.get(members).json()["results"]
    assert sorted((one["given_name"], one["role"], one["clinic_id"] is None) for one in listed) == [
        ("Desk.Coquitlam", "front_desk", False),
        ("Ims", "practitioner", False),
        ("Manager.Coquitlam", "clinic_manager", False),
        ("Masseur", "practitioner", False),
        ("Owner", "owner", True),
        ("Physio", "practitioner", False),
    ]
    assert refusal(manager.get(f"/v1/clinics/{cast.langley.id}/members")) == (403, "permission_denied")
    for user in (cast.desk_coquitlam, cast.ims.user, cast.patient.user):
        assert user
        assert refusal(ApiClient().as_(user).get(members)) == (403, "permission_denied")


def test_a_manager_neither_makes_nor_removes_owners(cast: Cast, manager: ApiClient, members: str) -> None:
    grab = manager.post(members, {"email": cast.manager_coquitlam.email, "role": "owner"})
    assert refusal(grab) == (403, "permission_denied")
    owners = Membership.objects.get(role="owner")
    assert refusal(manager.delete(f"/v1/members/{owners.pk}", if_match="*")) == (403, "permission_denied")
    elsewhere = Membership.objects.get(user=cast.desk_langley)
    assert refusal(manager.delete(f"/v1/members/{elsewhere.pk}", if_match="*")) == (404, "not_found")
    assert refusal(manager.get(f"/v1/members/{elsewhere.pk}")) == (404, "not_found")


def test_the_chain_keeps_its_last_owner(cast: Cast, owner: ApiClient, members: str) -> None:
    own = Membership.objects.get(role="owner")
    assert refusal(owner.delete(f"/v1/members/{own.pk}", if_match="*")) == (409, "invalid_transition")
    second = owner.post(members, {"email": cast.manager_coquitlam.email, "role": "owner"}).json()
    assert second["clinic_id"] is None
    assert owner.delete(f"/v1/members/{own.pk}", if_match="*").status_code == 204, "one may leave"
    assert refusal(owner.get(members)) == (403, "permission_denied")
    heir = ApiClient().as_(cast.manager_coquitlam)
    assert refusal(heir.delete(f"/v1/members/{second['id']}", if_match="*")) == (409, "invalid_transition")
