"""Taking back what somebody was asked."""

import uuid

from django.db import transaction

from backend.audit.actions import record
from backend.clinics.enums import Role
from backend.clinics.models import MemberInvitation
from backend.clinics.queries.members import get_invitation_for
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import NotFound, PermissionDenied
from backend.common.permissions import Permission


def withdraw_member_invitation(actor: Actor, *, invitation_id: uuid.UUID) -> None:
    """Make the mailed link worthless. Raises NotFound, also once it was accepted; PermissionDenied for an owner's."""
    seen = get_invitation_for(actor, invitation_id)
    if seen.role == Role.OWNER and Permission.MEMBER_MANAGE not in actor.everywhere:
        raise PermissionDenied
    with transaction.atomic():
        # Whoever accepts it holds the row: this waits, and then finds it spent.
        still_open = MemberInvitation.objects.filter(pk=seen.pk, spent_at=None)
        if not still_open.update(spent_at=real_now(), updated_at=real_now()):
            raise NotFound
        record(
            actor,
            "member.invitation_withdrawn",
            subject_type="member_invitation",
            subject_id=seen.pk,
            clinic_id=seen.clinic_id,
            before={"email": seen.email, "role": seen.role},
        )
