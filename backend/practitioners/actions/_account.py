"""The account that a practitioner signs in with, and its role at each clinic."""

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext_noop

from backend.accounts.models import User, normal_email
from backend.clinics.actions.add_member import add_member
from backend.clinics.actions.remove_member import remove_member
from backend.clinics.enums import Role
from backend.clinics.models import Membership
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed


def account_of(email: str) -> User:
    """The account of that address. Raises ValidationFailed unless there is one, verified."""
    user = User.objects.filter(email=normal_email(email), is_active=True, email_verified_at__isnull=False).first()
    if user is None:
        detail = gettext_noop("Nobody has an account with this address, verified.")
        raise ValidationFailed(errors=(FieldError("/email", FieldCode.NOT_FOUND, detail),))
    return user


def let_practise(actor: Actor, user: User, clinic_ids: Iterable[uuid.UUID]) -> None:
    """Give the account the role of a practitioner at each clinic, where it has not. Raises PermissionDenied."""
    roles = Membership.objects.filter(user=user, role=Role.PRACTITIONER)
    held = set(roles.values_list("clinic_id", flat=True))
    for clinic_id in clinic_ids:
        if clinic_id not in held:
            add_member(actor, clinic_id=clinic_id, email=user.email, role=Role.PRACTITIONER)


def let_practise_no_more(actor: Actor, user: User, clinic_id: uuid.UUID) -> None:
    """Take that role away at a clinic. Raises PermissionDenied."""
    for member in Membership.objects.filter(user=user, clinic_id=clinic_id, role=Role.PRACTITIONER):
        remove_member(actor, member_id=member.pk, expected_version=None)
