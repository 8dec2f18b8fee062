"""Looking after somebody no more."""

import uuid

from django.db import transaction

from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.patients.actions._family import close
from backend.patients.enums import GuardianshipEnd
from backend.patients.models import Guardianship
from backend.patients.queries.family import get_guardianship_for, manages_as_staff


def end_guardianship(actor: Actor, *, guardianship_id: uuid.UUID, reason: str = "") -> Guardianship:
    """End it at once, from either side, or at the desk; what has ended stays as it is.

    Raises NotFound, and PermissionDenied for a guardian who would end another's.
    """
    seen = get_guardianship_for(actor, guardianship_id)
    because = _side(actor, seen)
    with transaction.atomic():
        row = Guardianship.objects.select_for_update(no_key=True).get(pk=seen.pk)
        if row.ended_at is None:
            close(actor, row, because=because, reason=reason)
    return get_guardianship_for(actor, guardianship_id)


def _side(actor: Actor, row: Guardianship) -> GuardianshipEnd:
    if row.patient_id == actor.own_patient_id:
        return GuardianshipEnd.PATIENT
    if row.guardian_id == actor.user_id:
        return GuardianshipEnd.GUARDIAN
    if manages_as_staff(actor, row.patient_id):
        return GuardianshipEnd.STAFF
    raise PermissionDenied
