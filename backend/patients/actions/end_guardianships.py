"""Telling both sides that a guardianship is over: the rights ended with the day, whether or not this has run."""

import uuid

from django.db import transaction

from backend.patients.actions._family import close
from backend.patients.enums import GuardianshipEnd
from backend.patients.family_querysets import GuardianshipQuerySet, date_of_rights
from backend.patients.models import Guardianship


def end_guardianships(*, patient_id: uuid.UUID | None = None) -> int:
    """End those whose last day has passed, each in a transaction of its own; how many there were."""
    over: GuardianshipQuerySet = Guardianship.objects.with_last_day().filter(ended_at=None)
    over = over.filter(last_day__lt=date_of_rights())
    if patient_id is not None:
        over = over.filter(patient_id=patient_id)
    return sum(_end(key) for key in over.order_by("pk").values_list("pk", flat=True))


def _end(guardianship_id: uuid.UUID) -> bool:
    with transaction.atomic():
        locked = Guardianship.objects.select_for_update(no_key=True).filter(pk=guardianship_id, ended_at=None).first()
        if locked is None:
            return False
        row = Guardianship.objects.with_last_day().get(pk=locked.pk)
        is_by_date = row.last_day == row.ends_on
        close(None, row, because=GuardianshipEnd.LAST_DATE if is_by_date else GuardianshipEnd.MAJORITY)
    return True
