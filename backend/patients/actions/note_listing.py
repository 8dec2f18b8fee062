"""Writing down who was shown a list of patients."""

import uuid
from collections.abc import Iterable

from backend.audit.reading import note_reading
from backend.common.access import Actor


def note_listing(actor: Actor, *, patient_ids: Iterable[uuid.UUID]) -> None:
    """One entry for one page, with the ids of all it showed but the caller and their dependants."""
    note_reading(actor, "patient.listed", patient_ids=patient_ids)
