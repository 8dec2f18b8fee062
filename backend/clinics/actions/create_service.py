"""Adding to what the chain offers."""

from typing import Any

from django.db import transaction

from backend.clinics.actions._requirements import load_requirements, require, require_assessment
from backend.clinics.actions._write import add
from backend.clinics.facts import ServiceFacts
from backend.clinics.models import Service
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


def create_service(actor: Actor, *, facts: ServiceFacts) -> Service:
    """Make a service that clinics can offer from now on (R9). Raises PermissionDenied, ValidationFailed,
    ServiceCodeTaken."""
    if Permission.SERVICE_MANAGE not in actor.everywhere:
        raise PermissionDenied
    own: dict[str, Any] = {**facts}
    required = own.pop("required_credentials", [])
    with transaction.atomic():
        require_assessment(own.get("assessment_service_id"))
        service = add(actor, Service(**own), required_credentials=required)
        require(service, required)
        load_requirements(service)
    return service
