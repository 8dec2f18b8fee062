"""Who works where, as what."""

from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.clinics.enums import Role
from backend.clinics.models.places import Clinic
from backend.common.constraints import one_of
from backend.common.models import VersionedRow


class Membership(VersionedRow):
    """A user holds a role at a clinic; an owner holds it over the organisation and names no clinic."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    clinic = models.ForeignKey(Clinic, models.CASCADE, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "clinic", "role"], name="membership_is_held_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(clinic__isnull=True), name="ownership_is_held_once"),
            one_of("role", [role for role in Role.values if role != Role.PATIENT], name="membership_role_is_staff"),
            models.CheckConstraint(
                condition=Q(role=Role.OWNER, clinic__isnull=True) | ~Q(role=Role.OWNER) & Q(clinic__isnull=False),
                name="membership_names_a_clinic_unless_owner",
            ),
        ]
