"""Whether staff sign in with a second factor."""

from django.db import transaction

from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.audit.actions import record
from backend.clinics.models import Membership, Organisation
from backend.clinics.roles import SECOND_FACTOR_ROLES


def require_second_factor(*, is_required: bool) -> int:
    """Want one of everybody whose role sees patients' data, or no longer; how many people have to sign in anew.

    Sessions of those people that began by a password alone end at once. Raises Organisation.DoesNotExist.
    """
    with transaction.atomic():
        chain = Organisation.objects.select_for_update(no_key=True).get()
        if chain.requires_second_factor == is_required:
            return 0
        before, after = ({"requires_second_factor": value} for value in (not is_required, is_required))
        Organisation.objects.filter(pk=chain.pk).update(**after)
        record(
            None,
            "organisation.changed",
            subject_type="organisation",
            subject_id=chain.pk,
            before=before,
            after=after,
        )
        members = Membership.objects.filter(role__in=SECOND_FACTOR_ROLES) if is_required else Membership.objects.none()
        people = set(members.values_list("user_id", flat=True))
        for user_id in sorted(people):
            end_sessions(None, user_id=user_id, reason=SessionEnd.FACTOR_CHANGED, only_without_factor=True)
    return len(people)
