"""What happens to patients, as events: ids and nothing else (D11)."""

from typing import ClassVar

from backend.events.actions import Event


class PatientCreated(Event):
    type: ClassVar[str] = "patient.created.v1"


class PatientLinked(Event):
    """`clinic_id` is the clinic whose staff may see the patient from now on (R23)."""

    type: ClassVar[str] = "patient.linked.v1"


class PatientChanged(Event):
    type: ClassVar[str] = "patient.changed.v1"
