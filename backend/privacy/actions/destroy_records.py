"""Destroying what is due: one class of one person at a time, each in a transaction of its own."""

import logging
import uuid

from django.db import models, transaction
from django.db.models import Q

from backend.audit.actions import record
from backend.common import clock
from backend.common.db import constraint_of
from backend.privacy.actions._forgetting import forget
from backend.privacy.models import Destruction
from backend.privacy.queries.history import history_of, is_open_again
from backend.privacy.retention import due

logger = logging.getLogger(__name__)


class DestructionsFailed(Exception):
    """Some stay for the next run; the log says which."""


def destroy_records() -> int:
    """Destroy all that is due and not held; how many classes. Who is killed in between has done the ones before.

    One that fails does not keep the others: raises DestructionsFailed when all have had their turn.
    """
    # By name of the class: what was said of a record (`audit`) goes before it, while its duplicates still say whose.
    order = ("due_date", "user_id", "record_class")
    done, failed = 0, 0
    for one in list(_waiting().order_by(*order).values_list("pk", flat=True)):
        try:
            done += _destroy(one)
        except Exception as error:  # whatever it is, it is this one's
            # Without the words of PostgreSQL, which are rows.
            told = {"destruction": str(one), "error": type(error).__name__, "constraint": constraint_of(error)}
            logger.error("records not destroyed", extra=told)
            failed += 1
    if failed:
        raise DestructionsFailed(f"{failed} of {failed + done}")
    return done


def _waiting() -> "models.QuerySet[Destruction]":
    today = clock.now().date()
    due_now = Destruction.objects.filter(due_date__lte=today, done_at=None)
    return due_now.filter(Q(held_until=None) | Q(held_until__lt=today))


def _destroy(destruction_id: uuid.UUID) -> bool:
    with transaction.atomic():
        # Asked again behind the lock: it may be held by now.
        found = _waiting().select_for_update(skip_locked=True).filter(pk=destruction_id).first()
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
