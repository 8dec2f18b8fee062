"""Taking a role from somebody."""

import uuid

from django.db import transaction

from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.clinics.actions._write import lock, remove
from backend.clinics.enums import Role
from backend.clinics.errors import LastOwner
from backend.clinics.models import MemberInvitation, Membership
from backend.clinics.queries.members import get_member_for
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


def remove_member(actor: Actor, *, member_id: uuid.UUID, expected_version: int | None) -> None:
    """Take a role away, end the person's sessions, but for the caller's own, and what they asked others to be. One's
    own role, too, but the last owner's stays.

    Raises NotFound, PermissionDenied for an owner's by somebody who is none, EtagMismatch, LastOwner.
    """
    member = get_member_for(actor, member_id)
    if member.role == Role.OWNER and Permission.MEMBER_MANAGE not in actor.everywhere:
        raise PermissionDenied
    with transaction.atomic():
        if member.role == Role.OWNER and _lock_owners() < 2:
            raise LastOwner
        remove(actor, lock(member, expected_version))
        asked = MemberInvitation.objects.filter(invited_by_id=member.user_id, spent_at=None)
        of_role = asked.filter(clinic_id=member.clinic_id) if member.clinic_id else asked
        of_role.update(spent_at=real_now(), updated_at=real_now())
        end_sessions(actor, user_id=member.user_id, reason=SessionEnd.ROLE_CHANGED, keep=actor.session_id)


def _lock_owners() -> int:
    # All of them, in one order: of two who remove each other, the second waits, and finds only one left.
    owners = Membership.objects.filter(role=Role.OWNER, user__is_active=True)
    return len(owners.select_for_update(of=("self",)).order_by("pk"))
