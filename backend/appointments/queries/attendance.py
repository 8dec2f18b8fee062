"""How a patient kept their visits, clinic by clinic."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q

from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.common.access import Actor
from backend.patients.queries.visible import get_patient_for


@dataclass(frozen=True, slots=True)
class ClinicAttendance:
    """Counted from the visits themselves, so that it is never behind them."""

    clinic_id: uuid.UUID
    clinic_name: str
    completed_count: int
    no_show_count: int
    late_cancellation_count: int
    desk_books_after_no_shows: int | None

    @property
    def desk_must_book(self) -> bool:
        """Whether the rule of that name refuses the patient at the clinic."""
        limit = self.desk_books_after_no_shows
        return limit is not None and self.no_show_count >= limit


def attendance_of(actor: Actor, patient_id: uuid.UUID) -> Sequence[ClinicAttendance]:
    """One entry for each clinic with visits of the patient that the caller may see, by name. Raises NotFound."""
    patient = get_patient_for(actor, patient_id)
    counted = (
        Appointment.objects.visible_to(actor)
        .filter(patient=patient)
        .values("clinic_id", clinic_name=F("clinic__name"), limit=F("clinic__desk_books_after_no_shows"))
        .annotate(
            completed=Count("pk", filter=Q(status=Status.COMPLETED)),
            missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
            late=Count("pk", filter=Q(cancelled_late=True)),
        )
        .order_by("clinic_name", "clinic_id")
    )
    return [
        ClinicAttendance(
            row["clinic_id"], row["clinic_name"], row["completed"], row["missed"], row["late"], row["limit"]
        )
        for row in counted
    ]
