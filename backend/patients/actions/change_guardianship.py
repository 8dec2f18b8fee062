"""Changing what a guardian may do, and until when."""

import uuid
from datetime import date
from typing import TypedDict

from django.db import transaction

from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import EtagMismatch, PermissionDenied
from backend.patients.actions._family import in_order, refuse_past_end, tell
from backend.patients.enums import GuardianScope
from backend.patients.errors import GuardianshipOver
from backend.patients.models import Guardianship
from backend.patients.queries.family import get_guardianship_for, manages_as_staff


class GuardianshipChanges(TypedDict, total=False):
    """What to change; what is absent stays, None clears (RFC 7396)."""

    scopes: list[GuardianScope]
    ends_on: date | None


def change_guardianship(
    actor: Actor, *, guardianship_id: uuid.UUID, changes: GuardianshipChanges, expected_version: int | None
) -> Guardianship:
    """Change it for the patient, or at the desk; a guardian may only give up scopes and days of their own.

    Raises NotFound, PermissionDenied, EtagMismatch, GuardianshipOver, ValidationFailed for a last day that has passed.
    """
    seen = get_guardianship_for(actor, guardianship_id)
    may_widen = seen.patient_id == actor.own_patient_id or manages_as_staff(actor, seen.patient_id)
    if not may_widen and seen.guardian_id != actor.user_id:
        raise PermissionDenied
    refuse_past_end(changes.get("ends_on"))
    with transaction.atomic():
        row = Guardianship.objects.select_for_update(no_key=True).get(pk=seen.pk)
        if expected_version not in (None, row.version):
            raise EtagMismatch
        if not Guardianship.objects.live().filter(pk=row.pk).exists():
            raise GuardianshipOver
        if not may_widen and _is_wider(row, changes):
            raise PermissionDenied
        _write(actor, row, changes)
    return get_guardianship_for(actor, guardianship_id)


def _is_wider(row: Guardianship, changes: GuardianshipChanges) -> bool:
    if set(changes.get("scopes", [])) - set(row.scopes):
        return True
    later = changes.get("ends_on", row.ends_on)
    return row.ends_on is not None and (later is None or later > row.ends_on)


def _write(actor: Actor, row: Guardianship, changes: GuardianshipChanges) -> None:
    wanted = dict(changes)
    if "scopes" in changes:
        wanted["scopes"] = in_order(changes["scopes"])
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not before:
        return
    after = {name: wanted[name] for name in before}
    for name, value in after.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = clock.now()
    row.save(update_fields=[*after, "version", "updated_at"])
    tell(actor, row, "changed", before=before, after=after)
