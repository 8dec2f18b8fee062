"""What every step of a version of advice goes through."""

import uuid
from collections.abc import Mapping
from typing import Any

from backend.audit.actions import record
from backend.care.models import AdviceTemplate
from backend.care.queries.templates import get_template_for
from backend.common import clock
from backend.common.access import Actor
from backend.common.permissions import Permission


def lock_template(actor: Actor, template_id: uuid.UUID, permission: Permission) -> AdviceTemplate:
    """A version over which the caller holds the right, kept from others until the transaction ends, with its clinic.
    Raises NotFound, PermissionDenied."""
    found = get_template_for(actor, template_id, permission)
    locked: AdviceTemplate = (
        AdviceTemplate.objects.select_for_update(no_key=True, of=("self",)).select_related("clinic").get(pk=found.pk)
    )
    return locked


def step(actor: Actor, template: AdviceTemplate, values: Mapping[str, Any], deed: str) -> None:
    """Write the columns and who did it."""
    for name, value in values.items():
        setattr(template, name, value)
    template.updated_at = clock.now()
    template.save(update_fields=[*values, "updated_at"])
    record(
        actor,
        f"advice.{deed}",
        subject_type="advice_template",
        subject_id=template.pk,
        clinic_id=template.clinic_id,
        after={"version": template.version},
    )
