"""What assessments decided: known by an app above, which `config` names."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What the assessment of a patient that was signed last says now. `decided_at` is when it was first signed."""

    is_candidate: bool
    decided_at: datetime


_asked: Callable[[uuid.UUID], Decision | None] | None = None


def learn_decisions_by(source: Callable[[uuid.UUID], Decision | None]) -> None:
    """Put in place who says what was decided about a patient; once, when all apps are ready."""
    global _asked  # noqa: PLW0603 (set once at start, like a setting)
    _asked = source


def decision_about(patient_id: uuid.UUID) -> Decision | None:
    """What was decided last about a patient; None: nobody has signed an assessment of them."""
    if _asked is None:
        raise RuntimeError("nobody says what assessments decided: config.wiring names it")
    return _asked(patient_id)
