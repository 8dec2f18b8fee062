"""Writing down who was shown courses."""

from collections.abc import Sequence

from backend.audit.reading import note_reading
from backend.care.queries.courses import SeenCourse
from backend.common.access import Actor


def note_courses_read(actor: Actor, *, seen: Sequence[SeenCourse]) -> None:
    """One entry for one answer: who read, about whom, and whether with what was found (D11)."""
    patients = [one.row.patient_id for one in seen]
    with_findings = any(not one.is_redacted for one in seen)
    after = {"course_ids": [str(one.row.pk) for one in seen], "with_findings": with_findings}
    note_reading(actor, "course.read", patient_ids=patients, after=after)
