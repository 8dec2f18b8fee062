"""Changing what patients consent to (D13)."""

import uuid

from django.db import transaction
from django.db.models import Max

from backend.audit.actions import record
from backend.clinics.models import Service
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import NotFound, PermissionDenied
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.patients.event_types import ConsentTextPublished
from backend.patients.models import ConsentText


def publish_consent_text(
    actor: Actor, *, service_id: uuid.UUID, title: str, title_fr: str, body: str, body_fr: str
) -> ConsentText:
    """Make the next version of what a service asks consent to. Who agreed to an earlier one is asked anew before the
    next booking, and at check-in. Raises NotFound, PermissionDenied."""
    if Permission.SCREENING_MANAGE not in actor.everywhere:
        raise PermissionDenied
    with transaction.atomic():
        # Locked, so that versions are counted one by one.
        if not Service.objects.select_for_update(no_key=True).filter(pk=service_id).exists():
            raise NotFound
        texts = ConsentText.objects.filter(service_id=service_id)
        version: int = (texts.aggregate(last=Max("version"))["last"] or 0) + 1
        now = clock.now()
        texts.filter(superseded_at=None).update(superseded_at=now, updated_at=now)
        words = {"title": title, "title_fr": title_fr, "body": body, "body_fr": body_fr}
        text = ConsentText.objects.create(service_id=service_id, version=version, created_by_id=actor.user_id, **words)
        publish(ConsentTextPublished(subject_id=text.pk))
        record(
            actor,
            "consent_text.published",
            subject_type="consent_text",
            subject_id=text.pk,
            after={"service_id": str(service_id), "version": version, **words},
        )
    return text
