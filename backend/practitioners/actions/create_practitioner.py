"""Taking on a practitioner."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.clinics.models import Clinic
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission
from backend.practitioners.actions._account import account_of, let_practise
from backend.practitioners.actions._write import add
from backend.practitioners.facts import ProfileFacts
from backend.practitioners.models import Placement, Practitioner


def create_practitioner(
    actor: Actor, *, facts: ProfileFacts, clinic_ids: Sequence[uuid.UUID], email: str | None = None
) -> Practitioner:
    """Take on a practitioner at clinics that the caller manages; `email` names the account they sign in with.

    Raises PermissionDenied, ValidationFailed, AccountTaken.
    """
    wanted = list(dict.fromkeys(clinic_ids))
    _require_clinics(actor, wanted)
    user = account_of(email) if email else None
    with transaction.atomic():
        practitioner = add(actor, Practitioner(user=user, **facts))
        for clinic_id in wanted:
            add(actor, Placement(practitioner=practitioner, clinic_id=clinic_id))
        if user:
            let_practise(actor, user, wanted)
    return practitioner


def _require_clinics(actor: Actor, clinic_ids: Sequence[uuid.UUID]) -> None:
    known = set(Clinic.objects.filter(pk__in=clinic_ids).values_list("pk", flat=True))
    detail = gettext_noop("There is no such clinic.")
    errors = [
        FieldError(f"/clinic_ids/{place}", FieldCode.NOT_FOUND, detail)
        for place, clinic_id in enumerate(clinic_ids)
        if clinic_id not in known
    ]
    if errors:
        raise ValidationFailed(errors=tuple(errors))
    for clinic_id in clinic_ids:
        actor.require(Permission.PRACTITIONER_MANAGE, clinic_id=clinic_id)
