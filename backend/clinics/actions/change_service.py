"""Changing what the chain offers."""

import uuid
from typing import Any

from django.db import transaction

from backend.clinics.actions._requirements import load_requirements, require, require_assessment, required_of
from backend.clinics.actions._write import change, lock
from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.facts import ServiceFacts
from backend.clinics.models import Clinic, Service
from backend.clinics.queries.setup import get_service
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission

# What visits that are booked already rest on. Length and buffers are not among them: each visit keeps its own.
_COVERING = ("is_active", "room_kind")


def change_service(
    actor: Actor, *, service_id: uuid.UUID, changes: ServiceFacts, expected_version: int | None, dry_run: bool = False
) -> Outcome[Service]:
    """Change a service for visits booked from now on; `is_active` false withdraws it. Visits stay booked.

    Raises NotFound, PermissionDenied, EtagMismatch, ValidationFailed.
    """
    if Permission.SERVICE_MANAGE not in actor.everywhere:
        raise PermissionDenied
    service = get_service(service_id)
    values: dict[str, Any] = {**changes}
    with transaction.atomic():
        # Inside only what can break a visit, so that a new length is not held against visits of the old one.
        with changing(Scope(clinic_ids=_clinics_giving(service))) as broken:
            service = lock(service, expected_version)
            known = {"required_credentials": required_of(service)}
            if "required_credentials" in values:
                require(service, values["required_credentials"])
                values["required_credentials"] = required_of(service)
            _write_covering(service, values)
        require_assessment(values.get("assessment_service_id"))
        change(actor, service, values, before=known)
        load_requirements(service)
        if dry_run:
            transaction.set_rollback(True)
    return Outcome(service, broken.affected)


def _write_covering(service: Service, values: dict[str, Any]) -> None:
    covering = {name: values[name] for name in _COVERING if name in values}
    if covering:
        Service.objects.filter(pk=service.pk).update(**covering)


def _clinics_giving(service: Service) -> frozenset[uuid.UUID]:
    """Where it is or was offered, so where visits of it may be."""
    return frozenset(Clinic.objects.filter(clinic_services__service=service).values_list("pk", flat=True))
