"""Texts that patients consent to, and who did."""

import uuid

from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.common.permissions import Permission
from backend.patients.models import Consent, ConsentText
from backend.patients.querysets import ConsentQuerySet


def current_text_of(service_id: uuid.UUID) -> ConsentText:
    """What a service asks consent to now. Raises NotFound for one that asks none, or does not exist."""
    text: ConsentText | None = ConsentText.objects.filter(service_id=service_id, superseded_at=None).first()
    if text is None:
        raise NotFound
    return text


def consents_of(actor: Actor, patient_id: uuid.UUID) -> ConsentQuerySet:
    """All of a patient whom the caller may see, revoked ones too, with their texts."""
    found: ConsentQuerySet = Consent.objects.visible_to(actor, Permission.CONSENT_READ)
    return found.filter(patient_id=patient_id).select_related("text")


def get_consent_for(actor: Actor, consent_id: uuid.UUID) -> Consent:
    """One that the caller may see, with its text. Raises NotFound."""
    found = Consent.objects.visible_to(actor, Permission.CONSENT_READ).select_related("text")
    row: Consent | None = found.filter(pk=consent_id).first()
    if row is None:
        raise NotFound
    return row
