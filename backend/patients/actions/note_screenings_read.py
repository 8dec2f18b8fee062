"""Writing down who was shown screenings."""

import uuid

from backend.audit.enums import Purpose
from backend.audit.reading import note_reading
from backend.common.access import Actor
from backend.patients.queries.screenings import SeenScreening


def note_screenings_read(actor: Actor, *, patient_id: uuid.UUID, seen: list[SeenScreening]) -> None:
    """One entry for one answer: who read, about whom, and for what (D11). What patients read of themselves, and those
    who look after them, is theirs."""
    sees_answers = any(not one.is_redacted for one in seen)
    note_reading(
        actor,
        "screening.read",
        patient_ids=[patient_id],
        after={"screening_ids": [str(one.id) for one in seen], "with_answers": sees_answers},
        purpose=Purpose.CARE if sees_answers else Purpose.BOOKING,
    )
