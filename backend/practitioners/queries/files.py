"""A practitioner's file as those who run a clinic see it, and the practitioner: also what the public does not."""

import uuid
from typing import TypeVar

from django.db.models import Model, QuerySet

from backend.clinics.queries.setup import get_clinic_for
from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.permissions import Permission
from backend.practitioners.models import Practitioner
from backend.practitioners.queries.reach import is_over, require_over

R = TypeVar("R", bound=Model)
READ = Permission.PRACTITIONER_READ


def get_practitioner_for(actor: Actor, practitioner_id: uuid.UUID, permission: Permission = READ) -> Practitioner:
    """A practitioner over whom the caller holds the right.

    Raises NotFound for none and for one who no longer works here, PermissionDenied for one that the caller can see.
    """
    people = Practitioner.objects.select_related("user").prefetch_related("placements")
    practitioner: Practitioner | None = people.filter(pk=practitioner_id).first()
    if practitioner is None:
        raise NotFound
    if not is_over(actor, practitioner_id, permission):
        raise PermissionDenied if practitioner.is_active or is_over(actor, practitioner_id, READ) else NotFound
    return practitioner


def practitioners_at(actor: Actor, clinic_id: uuid.UUID) -> QuerySet[Practitioner]:
    """Everybody placed at a clinic of the caller's, active or not. Raises NotFound, PermissionDenied."""
    clinic = get_clinic_for(actor, clinic_id, READ)
    people: QuerySet[Practitioner] = Practitioner.objects.filter(placements__clinic=clinic)
    return people.select_related("user").prefetch_related("placements")


def parts_of(actor: Actor, model: type[R], practitioner_id: uuid.UUID) -> QuerySet[R]:
    """The credentials, hours, time off or offerings of a practitioner. Raises NotFound, PermissionDenied."""
    return model._default_manager.filter(practitioner=get_practitioner_for(actor, practitioner_id))


def get_part_for(actor: Actor, model: type[R], part_id: uuid.UUID, permission: Permission = READ) -> R:
    """A credential, hours, time off or an offering.

    What belongs to a clinic is changed by who holds the right there; the rest, by who holds it at any of the clinics.
    Raises NotFound, PermissionDenied.
    """
    readable = Practitioner.objects.visible_to(actor)
    rows = model._default_manager.select_related("practitioner__user").filter(practitioner__in=readable)
    part: R | None = rows.filter(pk=part_id).first()
    if part is None:
        raise NotFound
    if permission is not READ:
        require_over(actor, part.practitioner_id, permission, getattr(part, "clinic_id", None))  # type: ignore[attr-defined]
    return part
