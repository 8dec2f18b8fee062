"""Putting approved advice to use."""

import uuid

from django.db import transaction

from backend.care.actions._advice import lock_template, step
from backend.care.enums import AdviceStatus
from backend.care.errors import AdviceNotApproved, ColdOrHeatUndecided
from backend.care.models import AdviceTemplate
from backend.clinics.enums import ColdOrHeat
from backend.clinics.models import Service
from backend.common import clock
from backend.common.access import Actor
from backend.common.permissions import Permission


def activate_advice(actor: Actor, *, template_id: uuid.UUID) -> AdviceTemplate:
    """Show it to patients from now on, instead of the version before.

    Raises NotFound, PermissionDenied, AdviceNotApproved, ColdOrHeatUndecided.
    """
    with transaction.atomic():
        template = lock_template(actor, template_id, Permission.CLINIC_MANAGE)
        # As drafts are counted, so that of two versions at once each follows or is followed.
        Service.objects.select_for_update(no_key=True).get(pk=template.service_id)
        if template.status != AdviceStatus.APPROVED:
            raise AdviceNotApproved
        if template.clinic.cold_or_heat == ColdOrHeat.UNDECIDED:
            raise ColdOrHeatUndecided
        now = clock.now()
        in_use = AdviceTemplate.objects.filter(
            clinic_id=template.clinic_id,
            service_id=template.service_id,
            region=template.region,
            status=AdviceStatus.ACTIVE,
        )
        in_use.update(status=AdviceStatus.RETIRED, updated_at=now)
        step(actor, template, {"status": AdviceStatus.ACTIVE, "activated_at": now}, "activated")
    return template
