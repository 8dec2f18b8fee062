"""Closing one's own account, and what becomes of visits."""

from django.db import transaction

from backend.accounts.actions.shut_account import shut_account
from backend.appointments.models import Appointment
from backend.appointments.queries.listing import list_visits
from backend.clinics.errors import StillMember
from backend.clinics.models import Membership
from backend.common import clock
from backend.common.access import Actor


def close_account(actor: Actor, *, current_password: str) -> list[Appointment]:
    """Close the caller's account; the visits to come, of the caller and of dependants, which stay booked.

    The clinic goes on expecting them: a visit is given up by a person who says so, not by the way. Who works in the
    chain is let go by a manager first. Raises StillMember, ValidationFailed.
    """
    if actor.is_staff_member:
        raise StillMember
    with transaction.atomic():
        shut_account(actor, current_password=current_password)
        # Again, now that nobody else can give a role to this account: an owner of this moment is not to vanish.
        if Membership.objects.filter(user_id=actor.user_id).exists():
            raise StillMember
        return list(list_visits(actor, now=clock.now(), upcoming=True).order_by("starts_at", "id"))
