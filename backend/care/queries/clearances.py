"""What a course rests on (R14, R15)."""

import uuid
from datetime import date

from backend.clinics.models import Service
from backend.patients.models import Clearance


def longest_clearance(*, patient_id: uuid.UUID, service: Service, region: str, on: date) -> Clearance | None:
    """Of the patient's clearances for the region that reach the date the one that lasts longest."""
    live = Clearance.objects.filter(
        patient_id=patient_id,
        discipline=service.discipline,
        region=region,
        ended_at=None,
        valid_until__gte=on,
    )
    return live.order_by("-valid_until", "-pk").first()
