"""Giving rows of a table to another patient."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F

from backend.appointments.actions.change_patient import change_patient
from backend.appointments.models import Appointment
from backend.common.models import VersionedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """From whom, to whom, by whom, when and why."""

    giver_id: uuid.UUID
    taker_id: uuid.UUID
    by: uuid.UUID
    at: datetime
    reason: str


def give(gift: Gift, table: type[models.Model], ids: Collection[uuid.UUID]) -> None:
    """Give those of these rows that are still the giver's; a number of statements that does not grow with them."""
    if not ids:
        return
    if table is Appointment:
        change_patient(
            appointment_ids=ids,
            previous_patient_id=gift.giver_id,
            patient_id=gift.taker_id,
            by=gift.by,
            at=gift.at,
            reason=gift.reason,
        )
        return
    values: dict[str, Any] = {"patient_id": gift.taker_id, "updated_at": gift.at}
    if issubclass(table, VersionedRow):
        values["version"] = F("version") + 1
    table._base_manager.filter(pk__in=ids, patient_id=gift.giver_id).update(**values)
