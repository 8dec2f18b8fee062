"""Writing the next version of advice."""

import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max

from backend.audit.actions import record
from backend.care.enums import AdviceRegion
from backend.care.models import AdviceTemplate
from backend.clinics.models import Service
from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor
from backend.common.errors import NotFound


def draft_advice(
    actor: Actor,
    *,
    clinic_id: uuid.UUID,
    service_id: uuid.UUID,
    region: AdviceRegion,
    lines: Sequence[Mapping[str, str]],
) -> AdviceTemplate:
    """Write the next version of what the clinic tells after a service. Patients see nothing of it yet.

    Raises NotFound, PermissionDenied.
    """
    clinic = get_clinic_for(actor, clinic_id)
    with transaction.atomic():
        # Locked, so that versions are counted one by one.
        if not Service.objects.select_for_update(no_key=True).filter(pk=service_id).exists():
            raise NotFound
        about = {"clinic": clinic, "service_id": service_id, "region": region}
        last: int | None = AdviceTemplate.objects.filter(**about).aggregate(last=Max("version"))["last"]
        template: AdviceTemplate = AdviceTemplate.objects.create(
            **about, version=(last or 0) + 1, lines=[dict(line) for line in lines], drafted_by_id=actor.user_id
        )
        record(
            actor,
            "advice.drafted",
            subject_type="advice_template",
            subject_id=template.pk,
            clinic_id=clinic.pk,
            after={"service_id": service_id, "region": region.value, "version": template.version},
        )
    return template
