"""A search that may be made: whose rules count is settled, and what it depends on has been looked at."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backend.appointments.availability.calendars import look
from backend.appointments.availability.gather import Facts, Question, gather
from backend.appointments.availability.search import DayOfSlots, days
from backend.appointments.availability.stamps import Stamps, read_stamps
from backend.appointments.queries.question import question_of, whose_rules
from backend.appointments.rules.facts import Window
from backend.common import clock
from backend.common.access import Actor
from backend.common.walltime import minute_at_or_after, minute_of

# Where the dates depend on what time it is.
WindowAt = Callable[[datetime], Window]


@dataclass(frozen=True, slots=True)
class Search:
    """Nothing is worked out yet. Without stamps it looks past a visit or hold of the caller, and nothing is kept."""

    question: Question
    stamps: Stamps | None

    @property
    def state(self) -> tuple[object, ...] | None:
        """What the answer depends on besides the question: while it is the same, so is the answer (R11)."""
        if self.stamps is None:
            return None
        read = self.stamps
        minutes = minute_of(read.now), minute_at_or_after(read.now)
        return *minutes, read.lapsed, read.service_id, read.service, read.patient, read.clinics

    def look(self, window: Window | None = None) -> tuple[Facts, list[DayOfSlots]]:
        """The facts and the days with something free. Raises NotFound for what has ceased to exist meanwhile."""
        question = replace(self.question, window=window) if window else self.question
        if self.stamps is not None:
            return look(question, self.stamps)
        facts = gather(question)
        return facts, days(facts)


def prepare_search(
    visitor: Actor | None,
    *,
    service: str | None,
    window_at: WindowAt,
    clinic_ids: Sequence[uuid.UUID] = (),
    practitioner_ids: Sequence[uuid.UUID] = (),
    patient_id: uuid.UUID | None = None,
    appointment_id: uuid.UUID | None = None,
    any_practitioner: bool = False,
    hold_id: uuid.UUID | None = None,
) -> Search:
    """A search as a caller asks for it. A signed-in patient is asked about as the patient unless another is named.

    With a visit to be moved, what the caller may move it to: its patient's rules are asked as if it were not there. A
    hold of the caller that is to be replaced is looked past, too. Raises NotFound for a service, clinic or practitioner
    that does not exist or a patient, visit or hold that is not the caller's to see, ValidationFailed for a visit of
    another service.
    """
    if appointment_id is not None or hold_id is not None:
        question = question_of(
            visitor,
            service=service,
            window=window_at(clock.now()),
            clinic_ids=clinic_ids,
            practitioner_ids=practitioner_ids,
            patient_id=patient_id,
            appointment_id=appointment_id,
            any_practitioner=any_practitioner,
            hold_id=hold_id,
        )
        return Search(question, None)
    whose = whose_rules(visitor, patient_id)
    read = read_stamps(service or "", clinic_ids, practitioner_ids, whose)
    question = Question(read.service_id, window_at(read.now), tuple(clinic_ids), tuple(practitioner_ids), whose)
    return Search(question, read)
