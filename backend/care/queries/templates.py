"""Versions of advice as those see them who write and approve them."""

import uuid

from backend.care.models import AdviceTemplate
from backend.care.querysets import AdviceTemplateQuerySet
from backend.clinics.enums import Role
from backend.clinics.models import Clinic
from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.permissions import Permission


def templates_for(actor: Actor, clinic_id: uuid.UUID) -> AdviceTemplateQuerySet:
    """Every version that a clinic has or had, for those who manage it and those who give visits there. Raises
    NotFound, PermissionDenied."""
    works = {"memberships__user_id": actor.user_id, "memberships__role": Role.PRACTITIONER}
    may = Permission.ADVICE_READ in actor.own_calendar and Clinic.objects.filter(pk=clinic_id, **works).exists()
    if not may:
        get_clinic_for(actor, clinic_id, Permission.ADVICE_READ)
    found: AdviceTemplateQuerySet = AdviceTemplate.objects.visible_to(actor, Permission.ADVICE_READ)
    return found.filter(clinic_id=clinic_id).select_related("approved_by")


def get_template_for(actor: Actor, template_id: uuid.UUID, permission: Permission) -> AdviceTemplate:
    """One version, to do something with it. Raises NotFound, and PermissionDenied where the caller may only read."""
    found = AdviceTemplate.objects.filter(pk=template_id).select_related("approved_by")
    template: AdviceTemplate | None = found.visible_to(actor, Permission.ADVICE_READ).first()
    if template is None:
        raise NotFound
    if not found.visible_to(actor, permission).exists():
        raise PermissionDenied
    return template
