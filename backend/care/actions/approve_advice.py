"""A physiotherapist of the clinic vouches for advice."""

import uuid

from django.db import transaction

from backend.care.actions._advice import lock_template, step
from backend.care.enums import AdviceStatus
from backend.care.errors import AdviceNotDraft
from backend.care.models import AdviceTemplate
from backend.care.queries.certified import gives_today
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


def approve_advice(actor: Actor, *, template_id: uuid.UUID) -> AdviceTemplate:
    """Vouch for a draft: by somebody who gives the service at the clinic and holds every proof for it today.

    Raises NotFound, PermissionDenied, AdviceNotDraft.
    """
    with transaction.atomic():
        template = lock_template(actor, template_id, Permission.ADVICE_APPROVE)
        if actor.practitioner_id is None or not gives_today(
            actor.practitioner_id, service_id=template.service_id, clinic_id=template.clinic_id
        ):
            raise PermissionDenied
        if template.status != AdviceStatus.DRAFT:
            raise AdviceNotDraft
        approved = {
            "status": AdviceStatus.APPROVED,
            "approved_at": clock.now(),
            "approved_by_id": actor.practitioner_id,
        }
        step(actor, template, approved, "approved")
    return template
