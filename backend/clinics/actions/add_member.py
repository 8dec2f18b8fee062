"""Giving somebody a role."""

import uuid

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.accounts.models import User, normal_email
from backend.clinics.actions._write import add
from backend.clinics.enums import Role
from backend.clinics.models import Membership
from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, PermissionDenied, ValidationFailed
from backend.common.permissions import Permission


def add_member(actor: Actor, *, clinic_id: uuid.UUID, email: str, role: Role) -> Membership:
    """Give the person of that address a role at the clinic; as owner, over the whole chain.

    Only an owner makes owners. The person's sessions end, but for the caller's own: the new role may ask more of a
    sign-in than the old one did. The address must be verified: a role must not fall to somebody who merely typed it.
    Raises NotFound, PermissionDenied, ValidationFailed, MemberAlready.
    """
    clinic = get_clinic_for(actor, clinic_id, Permission.MEMBER_MANAGE)
    if role == Role.OWNER and Permission.MEMBER_MANAGE not in actor.everywhere:
        raise PermissionDenied
    with transaction.atomic():
        user = _lock_holder(email)
        member = add(actor, Membership(user=user, clinic=None if role == Role.OWNER else clinic, role=role))
        end_sessions(actor, user_id=user.pk, reason=SessionEnd.ROLE_CHANGED, keep=actor.session_id)
        return member


def _lock_holder(email: str) -> User:
    # Locked, as closing an account locks it: nobody is given a role who is leaving at this moment.
    proven = User.objects.filter(email=normal_email(email), is_active=True, email_verified_at__isnull=False)
    user = proven.select_for_update(no_key=True).first()
    if user is None:
        detail = gettext_noop("Nobody has an account with this address, verified.")
        raise ValidationFailed(errors=(FieldError("/email", FieldCode.NOT_FOUND, detail),))
    return user
