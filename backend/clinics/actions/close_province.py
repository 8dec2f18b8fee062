"""Closing all clinics of a province on its holidays."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_noop

from backend.clinics.actions._write import add
from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.enums import Province
from backend.clinics.models import Clinic, Closure
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission


def close_province(
    actor: Actor, *, province: Province, dates: Collection[date], reason: str, dry_run: bool = False
) -> Outcome[list[Closure]]:
    """Close every active clinic of the province that the caller manages, all day on each date; all or nothing.

    A clinic that is closed all of that day already is passed over, so a repeat closes nothing twice. Raises
    ValidationFailed when the caller manages no active clinic there.
    """
    clinics = [
        clinic
        for clinic in Clinic.objects.filter(province=province, is_active=True).order_by("name", "pk")
        if actor.may(Permission.CLINIC_MANAGE, clinic_id=clinic.pk)
    ]
    if not clinics:
        detail = gettext_noop("You manage no active clinic in this province.")
        raise ValidationFailed(errors=(FieldError("/province", FieldCode.NOT_FOUND, detail),))
    with changing(Scope(clinic_ids=frozenset(clinic.pk for clinic in clinics)), dry_run=dry_run) as broken:
        closed = _closed(clinics, dates)
        closures = [
            add(actor, Closure(clinic=clinic, first_date=day, last_date=day, reason=reason))
            for day in sorted(set(dates))
            for clinic in clinics
            if (clinic.pk, day) not in closed
        ]
    return Outcome(closures, broken.affected)


def _closed(clinics: list[Clinic], dates: Collection[date]) -> set[tuple[object, date]]:
    """Which of the clinics are closed all day on which of the dates."""
    all_day = Closure.objects.filter(
        clinic__in=clinics,
        from_minute=0,
        until_minute=24 * 60,
        first_date__lte=max(dates),
        last_date__gte=min(dates),
    )
    return {
        (closure.clinic_id, day)
        for closure in all_day
        for day in dates
        if closure.first_date <= day <= closure.last_date
    }
