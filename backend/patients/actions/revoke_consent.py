"""Taking a consent back (D13)."""

import uuid

from django.db import transaction

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.patients.event_types import ConsentRevoked
from backend.patients.models import Consent
from backend.patients.queries.consents import get_consent_for


def revoke_consent(actor: Actor, *, consent_id: uuid.UUID) -> Consent:
    """From now on it does not count; taking it back again changes nothing. Raises NotFound, PermissionDenied."""
    consent = get_consent_for(actor, consent_id)
    if not Consent.objects.visible_to(actor, Permission.CONSENT_GIVE).filter(pk=consent.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        now = clock.now()
        live = Consent.objects.filter(pk=consent.pk, revoked_at=None)
        if live.update(revoked_at=now, revoked_by_id=actor.user_id, updated_at=now):
            publish(ConsentRevoked(subject_id=consent.pk, patient_id=consent.patient_id))
            record(
                actor,
                "consent.revoked",
                subject_type="consent",
                subject_id=consent.pk,
                patient_id=consent.patient_id,
                before={"version": consent.text.version},
            )
    return get_consent_for(actor, consent_id)
