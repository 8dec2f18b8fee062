"""Who was asked by mail to work at a clinic."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from backend.accounts.models import User
from backend.clinics.enums import Role
from backend.clinics.models.places import Clinic
from backend.common.constraints import one_of
from backend.common.models import Row


class MemberInvitation(Row):
    """Somebody was asked to take a role. The secret of the link is `id`, signed, and stored nowhere.

    `clinic` is where it was asked; an owner's role is over the whole chain all the same. `spent_at` is when it was
    accepted, or overtaken; both times are real time, as for every secret.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=Role)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="member_invitation_email_is_lower_case"),
            one_of(
                "role", [role for role in Role.values if role != Role.PATIENT], name="member_invitation_role_is_staff"
            ),
        ]
