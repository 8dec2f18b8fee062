"""Set-up as those who manage it see it: also what has been withdrawn."""

import uuid
from typing import TypeVar

from django.db.models import Model, QuerySet

from backend.clinics.models import Clinic, ClinicService, Service
from backend.clinics.querysets import within_reach
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission

R = TypeVar("R", bound=Model)


def get_clinic_for(actor: Actor, clinic_id: uuid.UUID, permission: Permission = Permission.CLINIC_MANAGE) -> Clinic:
    """A clinic where the caller holds the right.

    Raises NotFound for none and for a withdrawn one of others, PermissionDenied for one that anybody can see.
    """
    clinic = Clinic.objects.filter(pk=clinic_id).first()
    if clinic is None or not (clinic.is_active or actor.may(permission, clinic_id=clinic_id)):
        raise NotFound
    actor.require(permission, clinic_id=clinic_id)
    return clinic


def get_row_for(actor: Actor, model: type[R], row_id: uuid.UUID) -> R:
    """A room, opening hours or a closure of a clinic that the caller manages. Raises NotFound."""
    rows = within_reach(model._default_manager.all(), actor, Permission.CLINIC_MANAGE)
    row: R | None = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return row


def rows_at(actor: Actor, model: type[R], clinic_id: uuid.UUID) -> QuerySet[R]:
    """The rooms, opening hours or closures of a clinic that the caller manages. Raises as `get_clinic_for`."""
    return model._default_manager.filter(clinic_id=get_clinic_for(actor, clinic_id).pk)


def offers_for(actor: Actor, clinic_id: uuid.UUID) -> QuerySet[ClinicService]:
    """All that a clinic offers or once offered; Raises as `get_clinic_for`."""
    return rows_at(actor, ClinicService, clinic_id).select_related("service")


def get_service(service_id: uuid.UUID) -> Service:
    """A service, given or no longer given. Raises NotFound."""
    service = Service.objects.filter(pk=service_id).first()
    if service is None:
        raise NotFound
    return service
