from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from backend.accounts.actions._sessions import add_refresh_token
from backend.accounts.errors import SessionRevoked, TokenInvalid
from backend.accounts.models import Session, User
from backend.accounts.tokens import pair_of, read_access
from backend.clinics.enums import Role
from backend.clinics.models import Membership
from backend.clinics.roles import CLINICAL, ROLE_PERMISSIONS
from backend.common import clock
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.permissions import Permission
from backend.config.actors import load_actor
from backend.config.authentication import Caller, SessionAuthentication
from backend.patients.enums import Relationship
from backend.patients.models import Guardianship
from tests.accounts.people import refusal
from tests.api_client import ApiClient
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def access_of(user: User) -> str:
    session = Session.objects.create(user=user, expires_at=real_now())
    return pair_of(add_refresh_token(session), session).access


def actor_of(user: User) -> Actor:
    return load_actor(read_access(access_of(user)))


def authenticate(header: str | None) -> tuple[Caller, Actor] | None:
    headers = {} if header is None else {"authorization": header}
    return SessionAuthentication().authenticate(Request(APIRequestFactory().get("/v1/me", headers=headers)))


def test_it_takes_one_statement(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    access = access_of(cast.owner)
    with django_assert_num_queries(1):
        authenticate(f"Bearer {access}")


def test_a_forged_token_costs_no_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0), pytest.raises(TokenInvalid):
        authenticate("Bearer x.y.z")


def test_it_satisfies_the_framework(cast: Cast) -> None:
    found = authenticate(f"bearer  {access_of(cast.owner)}")
    assert found
    user, actor = found
    assert (user.is_authenticated, user.is_active, user.pk) == (True, True, actor.user_id)
    assert SessionAuthentication().authenticate_header(Request(APIRequestFactory().get("/"))) == "Bearer"


def test_without_the_header_nobody_calls() -> None:
    assert authenticate(None) is None


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Token x", f"Bearer {'x' * 4090}", "Bearer  "])
def test_a_header_that_is_no_bearer_token_is_refused(header: str) -> None:
    with pytest.raises(TokenInvalid):
        authenticate(header)
    response = ApiClient().get("/v1/me", headers={"Authorization": header})
    assert refusal(response) == (401, "token_invalid")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_long_header_is_refused_though_its_token_is_good(cast: Cast) -> None:
    with pytest.raises(TokenInvalid):
        authenticate(f"Bearer {access_of(cast.owner)}{' ' * 4096}")


def test_a_good_token_of_another_scheme_is_refused(cast: Cast) -> None:
    with pytest.raises(TokenInvalid):
        authenticate(f"Token {access_of(cast.owner)}")


def test_a_public_operation_does_not_look_at_the_token() -> None:
    body = {"email": "nobody@people.test", "password": "x"}
    response = ApiClient("forged").post("/v1/auth/token", body)
    assert refusal(response) == (401, "credentials_invalid")


def test_the_owner_holds_everything_everywhere(cast: Cast) -> None:
    actor = actor_of(cast.owner)
    assert (actor.everywhere, actor.clinics, actor.own_calendar) == (frozenset(Permission) - CLINICAL, {}, frozenset())
    assert (actor.own_patient_id, actor.practitioner_id, actor.patient_ids) == (None, None, frozenset())


def test_the_desk_holds_its_rights_at_its_clinics(cast: Cast) -> None:
    Membership.objects.create(user=cast.desk_langley, clinic=cast.toronto, role=Role.CLINIC_MANAGER)
    actor = actor_of(cast.desk_langley)
    both, managed = frozenset({cast.langley.id, cast.toronto.id}), frozenset({cast.toronto.id})
    desk, manager = ROLE_PERMISSIONS[Role.FRONT_DESK], ROLE_PERMISSIONS[Role.CLINIC_MANAGER]
    assert desk < manager
    assert actor.clinics == dict.fromkeys(manager, managed) | dict.fromkeys(desk, both)
    assert (actor.everywhere, actor.own_calendar) == (frozenset(), frozenset())


def test_a_practitioner_holds_rights_over_the_own_calendar_only(cast: Cast) -> None:
    assert cast.ims.user
    actor = actor_of(cast.ims.user)
    assert actor.practitioner_id == cast.ims.id
    assert actor.own_calendar == ROLE_PERMISSIONS[Role.PRACTITIONER]
    assert (actor.everywhere, actor.clinics) == (frozenset(), {})


def test_a_patient_reaches_self_and_dependants(cast: Cast) -> None:
    assert cast.parent.user
    actor = actor_of(cast.parent.user)
    assert actor.own_patient_id == cast.parent.id
    assert actor.patient_ids == {cast.parent.id, cast.child.id}
    assert not actor.is_staff_member


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(-400, None, True), (-400, 0, True), (0, None, True), (0, 0, True), (-400, -1, False), (1, None, False)],
)
def test_a_guardianship_holds_on_its_days(cast: Cast, starts: int, ends: int | None, holds: bool) -> None:
    assert cast.parent.user
    today = (clock.now() - timedelta(hours=8)).date()
    Guardianship.objects.filter(guardian=cast.parent.user).delete()
    Guardianship.objects.create(
        guardian=cast.parent.user,
        patient=cast.child,
        relationship=Relationship.PARENT,
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )
    assert (cast.child.id in actor_of(cast.parent.user).patient_ids) is holds


def test_a_right_taken_away_is_gone_with_the_next_request(cast: Cast) -> None:
    claims = read_access(access_of(cast.desk_langley))
    assert load_actor(claims).is_staff_member
    Membership.objects.filter(user=cast.desk_langley).delete()
    assert not load_actor(claims).is_staff_member


def test_a_verified_address_counts_at_once(cast: Cast) -> None:
    claims = read_access(access_of(cast.owner))
    for verified_at in (None, real_now()):
        User.objects.filter(id=cast.owner.id).update(email_verified_at=verified_at)
        assert load_actor(claims).is_email_verified is (verified_at is not None)


def test_a_session_past_its_end_is_over(cast: Cast) -> None:
    claims = read_access(access_of(cast.owner))
    Session.objects.update(expires_at=real_now() - timedelta(seconds=1))
    with pytest.raises(SessionRevoked):
        load_actor(claims)
