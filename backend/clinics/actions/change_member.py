"""Giving a member another role."""

import uuid

from django.db import transaction

from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.clinics.actions._write import change, lock
from backend.clinics.enums import Role
from backend.clinics.errors import OwnerStays
from backend.clinics.models import MemberInvitation, Membership
from backend.clinics.queries.members import get_member_for
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


def change_member(actor: Actor, *, member_id: uuid.UUID, role: Role | None, expected_version: int | None) -> Membership:
    """Change the role at the clinic; the person's sessions end, but for the caller's own, and what they asked others to
    be is worth nothing any more. Nobody becomes an owner so, nor stops being one.

    Raises NotFound, PermissionDenied for an owner's by somebody who is none, OwnerStays, EtagMismatch, MemberAlready.
    """
    seen = get_member_for(actor, member_id)
    if seen.role == Role.OWNER:
        raise OwnerStays if Permission.MEMBER_MANAGE in actor.everywhere else PermissionDenied
    with transaction.atomic():
        member = lock(seen, expected_version)
        if role is not None and member.role != role:
            change(actor, member, {"role": role})
            asked = MemberInvitation.objects.filter(invited_by_id=member.user_id, clinic=member.clinic, spent_at=None)
            asked.update(spent_at=real_now(), updated_at=real_now())
            end_sessions(actor, user_id=member.user_id, reason=SessionEnd.ROLE_CHANGED, keep=actor.session_id)
    return get_member_for(actor, member_id)
