"""Who must sign in with a second factor (R21)."""

import uuid

from backend.clinics.models import Membership, Organisation
from backend.clinics.roles import SECOND_FACTOR_ROLES


def must_have_second_factor(user_id: uuid.UUID) -> bool:
    """Whether the chain wants one of this person: if it wants any, of everybody whose role sees patients' data."""
    seen = Membership.objects.filter(user_id=user_id, role__in=SECOND_FACTOR_ROLES)
    return seen.exists() and Organisation.objects.filter(requires_second_factor=True).exists()
