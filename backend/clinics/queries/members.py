"""Who works at a clinic, as those see it who decide about it."""

import uuid

from django.db.models import Q, QuerySet

from backend.clinics.enums import Role
from backend.clinics.models import MemberInvitation, Membership
from backend.clinics.queries.setup import get_clinic_for
from backend.clinics.querysets import within_reach
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import NotFound
from backend.common.permissions import Permission


def members_of(actor: Actor, clinic_id: uuid.UUID) -> QuerySet[Membership]:
    """The members of a clinic and the owners of the chain. Raises NotFound, PermissionDenied."""
    clinic = get_clinic_for(actor, clinic_id, Permission.MEMBER_MANAGE)
    return Membership.objects.filter(Q(clinic=clinic) | Q(role=Role.OWNER)).select_related("user")


def get_member_for(actor: Actor, member_id: uuid.UUID) -> Membership:
    """A member of a clinic where the caller decides about members, or an owner. Raises NotFound."""
    rows = Membership.objects.select_related("user")
    reached = within_reach(rows, actor, Permission.MEMBER_MANAGE) | rows.filter(role=Role.OWNER)
    member: Membership | None = reached.filter(pk=member_id).first()
    if member is None:
        raise NotFound
    return member


def invitations_of(actor: Actor, clinic_id: uuid.UUID) -> QuerySet[MemberInvitation]:
    """What a clinic asked and nobody has answered. Raises NotFound, PermissionDenied."""
    return _open_invitations().filter(clinic=get_clinic_for(actor, clinic_id, Permission.MEMBER_MANAGE))


def get_invitation_for(actor: Actor, invitation_id: uuid.UUID) -> MemberInvitation:
    """One of those, at any clinic where the caller decides about members. Raises NotFound."""
    reached = within_reach(_open_invitations(), actor, Permission.MEMBER_MANAGE)
    found: MemberInvitation | None = reached.filter(pk=invitation_id).first()
    if found is None:
        raise NotFound
    return found


def _open_invitations() -> QuerySet[MemberInvitation]:
    # By real time, as for every secret.
    return MemberInvitation.objects.filter(spent_at=None, expires_at__gt=real_now())
