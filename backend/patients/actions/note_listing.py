"""Writing down who was shown a list of patients."""

import uuid
from collections.abc import Iterable

from django.db import transaction

from backend.audit.actions import record
from backend.common.access import Actor


def note_listing(actor: Actor, *, patient_ids: Iterable[uuid.UUID]) -> None:
    """One entry for one page, with the ids of all it showed but the caller and their dependants."""
    shown = [str(patient_id) for patient_id in patient_ids if patient_id not in actor.patient_ids]
    if shown:
        with transaction.atomic():
            after = {"patient_ids": shown}
            record(actor, "patient.listed", subject_type="user", subject_id=actor.user_id, after=after)
