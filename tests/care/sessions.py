"""Sessions that took place, and what is said about them."""

from datetime import datetime, timedelta
from typing import Any

from backend.appointments.models import Appointment
from backend.clinics.models import Service
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner
from tests.appointments.rows import add_visit
from tests.cast import Cast

MUSCLES = [
    {"name": "left multifidus L4", "twitch_obtained": True},
    {"name": "left gluteus medius", "twitch_obtained": False},
]
WHOLE: dict[str, Any] = {
    "is_sterilised": True,
    "muscles": MUSCLES,
    "needles_in": 6,
    "needles_out": 6,
    "pain_before": 7,
    "pain_after": 4,
    "function_score": 5,
    "note": "Sore on the left.",
}


def session_of(
    cast: Cast,
    *,
    patient: Patient | None = None,
    practitioner: Practitioner | None = None,
    service: Service | None = None,
    ended: timedelta = timedelta(hours=1),
    status: str = "completed",
) -> Appointment:
    """An IMS session of half an hour at Coquitlam that ended so long ago."""
    ends_at = (cast.now - ended).replace(second=0, microsecond=0)
    starts_at: datetime = ends_at - timedelta(minutes=30)
    return add_visit(
        service=service or cast.ims_treatment,
        practitioner=practitioner or cast.ims,
        patient=patient or cast.cleared,
        room=cast.coquitlam.rooms.order_by("name")[0],
        starts_at=starts_at,
        status=status,
    )


def record_of(visit: Appointment) -> str:
    """Where its record is."""
    return f"/v1/appointments/{visit.pk}/session-record"


def check_ins_of(visit: Appointment) -> str:
    """Where its check-ins are."""
    return f"/v1/appointments/{visit.pk}/check-ins"


def how(point: str = "after_24_hours", **more: Any) -> dict[str, Any]:
    """A body: a little sore, and nothing else unless told."""
    return {"point": point, "soreness": 2, "is_light_headed": False, **more}
