"""Writing down whose rules a search was asked about."""

import uuid

from backend.audit.reading import note_reading
from backend.common.access import Actor


def note_search(actor: Actor | None, *, patient_id: uuid.UUID | None) -> None:
    """Starts that are missing tell of visits, and the gate of care: staff who name somebody read of them.

    Costs nothing where nobody is asked about, or only the caller and dependants.
    """
    if actor is not None:
        note_reading(actor, "slots.read", patient_ids=[patient_id])
