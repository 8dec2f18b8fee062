"""Credentials that come to their end."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, When

from backend.common import clock
from backend.common.access import Actor
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.models import Credential, Practitioner
from backend.practitioners.rules import WARNING_DAYS


def today() -> date:
    """The date by which ends are counted: UTC's, since credentials belong to no one clinic."""
    now: datetime = clock.now()
    return now.astimezone(UTC).date()


def expiring(*, within_days: int) -> QuerySet[Credential]:
    """Verified ones of active practitioners that end in at most so many days, and that no other one outlasts."""
    longer = Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until"))
    same = {name: OuterRef(name) for name in ("practitioner", "kind", "jurisdiction")}
    renewal = Credential.objects.filter(longer, status=CredentialStatus.VERIFIED, **same)
    return Credential.objects.filter(
        ~Exists(renewal),
        status=CredentialStatus.VERIFIED,
        practitioner__is_active=True,
        valid_until__range=(today(), today() + timedelta(days=within_days)),
    ).select_related("practitioner")


def credentials_for(actor: Actor, *, expiring_within_days: int) -> QuerySet[Credential]:
    """Those expiring among the practitioners whose files the caller may open, each with its `warning_days`."""
    levels = [When(valid_until__lte=today() + timedelta(days=days), then=days) for days in WARNING_DAYS]
    rows = expiring(within_days=expiring_within_days).filter(practitioner__in=Practitioner.objects.visible_to(actor))
    return rows.annotate(warning_days=Case(*levels, default=None, output_field=IntegerField()))
