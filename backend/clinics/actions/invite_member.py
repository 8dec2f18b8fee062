"""Asking somebody by mail to work at a clinic."""

import uuid

from django.conf import settings
from django.db import transaction

from backend.accounts.models import normal_email
from backend.audit.actions import record
from backend.clinics.enums import Role
from backend.clinics.mails import send_invitation_later
from backend.clinics.models import MemberInvitation
from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


def invite_member(actor: Actor, *, clinic_id: uuid.UUID, email: str, role: Role) -> MemberInvitation:
    """Mail a link by which the reader takes the role, with the account of that address or a new one. An earlier
    invitation of the address to the clinic is worth nothing any more. Only an owner asks for owners.

    Says nothing of whether the address has an account. Raises NotFound, PermissionDenied.
    """
    clinic = get_clinic_for(actor, clinic_id, Permission.MEMBER_MANAGE)
    if role == Role.OWNER and Permission.MEMBER_MANAGE not in actor.everywhere:
        raise PermissionDenied
    with transaction.atomic():
        asked = {"clinic": clinic, "email": normal_email(email)}
        MemberInvitation.objects.filter(**asked, spent_at=None).update(spent_at=real_now(), updated_at=real_now())
        until = real_now() + settings.INVITATION_LIFETIME
        invitation = MemberInvitation.objects.create(**asked, role=role, invited_by_id=actor.user_id, expires_at=until)
        send_invitation_later(invitation.pk)
        record(
            actor,
            "member.invited",
            subject_type="member_invitation",
            subject_id=invitation.pk,
            clinic_id=clinic.pk,
            after={"email": invitation.email, "role": role},
        )
    return invitation
