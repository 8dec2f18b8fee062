"""Destroying what is due: one class of one person at a time, each in a transaction of its own."""

import logging
import uuid

from django.db import transaction
from django.db.models import Q

from backend.audit.actions import record
from backend.common import clock
from backend.privacy.actions._forgetting import forget
from backend.privacy.models import Destruction
from backend.privacy.queries.history import history_of, is_open_again
from backend.privacy.retention import due

logger = logging.getLogger(__name__)


def destroy_records() -> int:
    """Destroy all that is due and not held; how many classes. Who is killed in between has done the ones before."""
    today = clock.now().date()
    waiting = Destruction.objects.filter(due_date__lte=today, done_at=None)
    waiting = waiting.filter(Q(held_until=None) | Q(held_until__lt=today))
    # By name of the class: what was said of a record (`audit`) goes before it, while its duplicates still say whose.
    order = ("due_date", "user_id", "record_class")
    return sum(_destroy(one) for one in waiting.order_by(*order).values_list("pk", flat=True))


def _destroy(destruction_id: uuid.UUID) -> bool:
    with transaction.atomic():
        found = Destruction.objects.select_for_update(skip_locked=True).filter(pk=destruction_id, done_at=None).first()
        if found is None:
            return False
        if is_open_again(found.user_id):
            Destruction.objects.filter(user_id=found.user_id, done_at=None).delete()
            return False
        history = history_of(user_id=found.user_id, patient_id=found.patient_id, closed_on=found.closed_on)
        now = due(found.kind, history)
        if now.on > clock.now().date():
            Destruction.objects.filter(pk=found.pk).update(due_date=now.on, rule=now.law, updated_at=clock.now())
            return False
        rows = forget(found)
        record(
            None,
            "records.destroyed",
            subject_type="user",
            subject_id=found.user_id,
            patient_id=found.patient_id,
            after={"class": found.record_class, "rows": rows, "rule": now.law},
        )
        Destruction.objects.filter(pk=found.pk).update(done_at=clock.now(), rule=now.law, updated_at=clock.now())
    logger.info("records destroyed", extra={"class": found.record_class, "rows": rows})
    return True
