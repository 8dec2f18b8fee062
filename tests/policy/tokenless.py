"""Callers whom nobody knows, or no longer."""

import uuid
from datetime import timedelta

from backend.accounts.actions._sessions import add_refresh_token
from backend.accounts.enums import SessionEnd
from backend.accounts.models import RefreshToken, Session, User
from backend.accounts.tokens import pair_of
from backend.clinics.enums import Role
from backend.clinics.models import Membership
from backend.common.clock import real_now
from tests.api_client import ApiClient
from tests.cast import Cast

TOKENLESS = frozenset({"visitor", "expired", "revoked", "removed"})


def tokenless(cast: Cast, patient: User) -> dict[str, ApiClient]:
    """Nobody, and three whose token is no longer good: of a patient who was away too long, and who signed out, and of
    somebody who worked at a desk until a moment ago."""
    return {
        "visitor": ApiClient(),
        "expired": ApiClient(_expired(patient)),
        "revoked": ApiClient(_revoked(patient)),
        "removed": ApiClient(_removed(cast)),
    }


def _expired(user: User) -> str:
    session = Session.objects.create(user=user, expires_at=real_now())
    long_ago = real_now() - timedelta(hours=1)
    token = RefreshToken.objects.create(
        id=uuid.uuid4(),
        session=session,
        key_id=add_refresh_token(session).key_id,
        issued_at=long_ago,
        expires_at=real_now() + timedelta(days=1),
    )
    return pair_of(token, session).access


def _revoked(user: User) -> str:
    session = Session.objects.create(user=user, expires_at=real_now())
    access = pair_of(add_refresh_token(session), session).access
    Session.objects.filter(pk=session.pk).update(ended_at=real_now(), end_reason=SessionEnd.LOGOUT)
    return access


def _removed(cast: Cast) -> str | None:
    user = User.objects.create(email="removed@example.test", given_name="Removed", family_name="Member")
    member = Membership.objects.create(user=user, clinic=cast.coquitlam, role=Role.FRONT_DESK)
    access = ApiClient().as_(user).token
    assert ApiClient().as_(cast.owner).delete(f"/v1/members/{member.pk}", if_match="*").status_code == 204
    return access
