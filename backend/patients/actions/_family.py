"""What every change of a guardianship goes through: one version more, the audit log, the event, both sides told."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop

from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.events.actions import publish
from backend.patients.enums import GuardianScope, GuardianshipEnd
from backend.patients.event_types import GuardianshipBegan, GuardianshipChanged, GuardianshipEnded
from backend.patients.family_querysets import date_of_rights
from backend.patients.mails import Mail, send_later
from backend.patients.models import GuardianInvitation, Guardianship

_TOLD = {
    "began": (GuardianshipBegan, Mail.BEGAN),
    "changed": (GuardianshipChanged, Mail.CHANGED),
    "ended": (GuardianshipEnded, Mail.ENDED),
}


def tell(
    actor: Actor | None,
    row: Guardianship,
    verb: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
    reason: str = "",
) -> None:
    """Publish, mail and write down that it `began`, `changed` or `ended`."""
    event, mail = _TOLD[verb]
    publish(event(subject_id=row.pk, patient_id=row.patient_id))
    send_later(mail, row.pk)
    record(
        actor,
        f"guardianship.{verb}",
        subject_type="guardianship",
        subject_id=row.pk,
        patient_id=row.patient_id,
        before=before,
        after=after,
        reason=reason,
    )


def close(actor: Actor | None, row: Guardianship, *, because: GuardianshipEnd, reason: str = "") -> None:
    """End a locked guardianship now, and what its guardian has others asked to do."""
    now = clock.now()
    row.ended_at, row.end_reason, row.updated_at = now, because, now
    row.version += 1
    row.save(update_fields=["ended_at", "end_reason", "updated_at", "version"])
    _withdraw_invitations(row, now)
    tell(actor, row, "ended", reason=reason, after={"end_reason": because, "guardian_id": row.guardian_id})


def _withdraw_invitations(row: Guardianship, now: datetime) -> None:
    asked = GuardianInvitation.objects.filter(patient_id=row.patient_id, invited_by_id=row.guardian_id, spent_at=None)
    asked.update(spent_at=now, updated_at=now)


def refuse_past_end(ends_on: date | None) -> None:
    """Raise ValidationFailed for a last day that has passed."""
    if ends_on is not None and ends_on < date_of_rights():
        detail = gettext_noop("The last day is today or later. To end it at once, end it.")
        raise ValidationFailed(errors=(FieldError("/ends_on", FieldCode.TOO_SMALL, detail),))


def in_order(scopes: list[GuardianScope]) -> list[str]:
    """Each once, in the order of the enum, as rows keep them."""
    return [scope for scope in GuardianScope.values if scope in scopes]
