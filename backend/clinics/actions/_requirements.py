"""What a service requires: proofs of the practitioner, an assessment of the patient."""

import uuid
from collections.abc import Sequence

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_noop

from backend.clinics.facts import Requirement
from backend.clinics.models import RequiredCredential, Service
from backend.common.errors import FieldCode, FieldError, ValidationFailed


def required_of(service: Service) -> list[Requirement]:
    """What the practitioner must prove, in order."""
    rows = service.required_credentials.order_by("kind", "province")
    return [{"kind": row.kind, "province": row.province} for row in rows]


def require(service: Service, required: Sequence[Requirement]) -> None:
    """Make these the proofs that the practitioner needs, and no others (D4, R10)."""
    wanted = {(one["kind"], one["province"]) for one in required}
    kept = set()
    for row in RequiredCredential.objects.filter(service=service):
        if (row.kind, row.province) in wanted:
            kept.add((row.kind, row.province))
        else:
            row.delete()
    RequiredCredential.objects.bulk_create(
        RequiredCredential(service=service, kind=kind, province=province) for kind, province in sorted(wanted - kept)
    )


def load_requirements(service: Service) -> None:
    """Keep on the row what stands in the database now: a dry run takes it back before anybody can read it there."""
    ordered = RequiredCredential.objects.order_by("kind", "province")
    prefetch_related_objects([service], Prefetch("required_credentials", ordered))


def require_assessment(assessment_service_id: uuid.UUID | None) -> None:
    """Raise ValidationFailed for an assessment that is not among the services."""
    if assessment_service_id is not None and not Service.objects.filter(pk=assessment_service_id).exists():
        detail = gettext_noop("There is no such service.")
        raise ValidationFailed(errors=(FieldError("/assessment_service_id", FieldCode.NOT_FOUND, detail),))
