"""What the caller may know about themselves."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from phonenumber_field.phonenumber import PhoneNumber

from backend.accounts.models import User
from backend.clinics.enums import Role
from backend.clinics.models import Membership
from backend.clinics.roles import ROLE_PERMISSIONS
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.patients.models import Patient
from backend.patients.queries.mine import my_patients


@dataclass(frozen=True, slots=True)
class Grant:
    """Where a right holds: over the chain, at clinics, over the visits one gives, over oneself and dependants."""

    permission: Permission
    is_everywhere: bool
    clinic_ids: Sequence[uuid.UUID]
    is_for_own_calendar: bool
    is_for_own_patients: bool


@dataclass(frozen=True, slots=True)
class Me:
    """The caller: person, where they work, whom they look after, what they may do."""

    id: uuid.UUID
    version: int
    email: str
    is_email_verified: bool
    given_name: str
    family_name: str
    language: str
    phone: PhoneNumber | None
    patient_id: uuid.UUID | None
    practitioner_id: uuid.UUID | None
    dependants: Sequence[Patient]
    memberships: Sequence[Membership]
    permissions: Sequence[Grant]


def get_me(actor: Actor) -> Me:
    """The caller's profile, in three statements."""
    user = User.objects.get(id=actor.user_id)
    return Me(
        id=user.id,
        version=user.version,
        email=user.email,
        is_email_verified=user.email_verified_at is not None,
        given_name=user.given_name,
        family_name=user.family_name,
        language=user.language,
        phone=user.phone,
        patient_id=actor.own_patient_id,
        practitioner_id=actor.practitioner_id,
        dependants=list(my_patients(actor).exclude(id=actor.own_patient_id).order_by("id")),
        memberships=list(Membership.objects.filter(user=user).select_related("clinic").order_by("id")),
        permissions=[grant for permission in Permission if (grant := _grant(actor, permission))],
    )


def _grant(actor: Actor, permission: Permission) -> Grant | None:
    is_for_own_patients = permission in ROLE_PERMISSIONS[Role.PATIENT]
    if not is_for_own_patients and not actor.holds(permission):
        return None
    return Grant(
        permission=permission,
        is_everywhere=permission in actor.everywhere,
        clinic_ids=sorted(actor.clinics.get(permission, ())),
        is_for_own_calendar=permission in actor.own_calendar,
        is_for_own_patients=is_for_own_patients,
    )
