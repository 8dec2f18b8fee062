"""Who looks after whom, by date: the one home of what the database's `guardianship_last_day` means."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Value
from django.db.models.functions import Cast, Coalesce

from backend.common import clock

# The date at UTC-8, where Canada's day ends last: nobody loses a right before their day is over. The same stands in
# `config.actors`.
_WESTERNMOST = timedelta(hours=8)


def date_of_rights() -> date:
    """The date by which it is judged who looks after whom."""
    return (clock.now() - _WESTERNMOST).date()


class GuardianshipQuerySet(models.QuerySet[Any]):
    """Guardianships. Whose they may see is decided by the patient, see `queries.family`."""

    def with_last_day(self) -> GuardianshipQuerySet:
        """Each with `last_day`, inclusive: `ends_on`, or the eve of the patient's coming of age if that is earlier."""
        names = (F("patient_id"), F("starts_on"), F("ends_on"))
        last_day = Func(*names, function="guardianship_last_day", output_field=models.DateField())
        found: GuardianshipQuerySet = self.annotate(last_day=last_day)
        return found

    def live(self) -> GuardianshipQuerySet:
        """Those that hold at this moment."""
        present = ExpressionWrapper(clock.Present() - Value(_WESTERNMOST), models.DateTimeField())
        today = Cast(present, models.DateField())
        ends = Coalesce("last_day", today, output_field=models.DateField())
        dated = self.with_last_day().annotate(ends=ends)
        found: GuardianshipQuerySet = dated.filter(ended_at=None, starts_on__lte=today, ends__gte=today)
        return found
