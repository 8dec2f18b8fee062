"""Advice of clinics: what they write, and how it comes to patients."""

from typing import Any

from backend.appointments.models import Appointment
from backend.care.models import AdviceTemplate
from backend.clinics.models import Clinic
from backend.config.demo.aftercare import advice_lines
from tests.appointments.rows import change
from tests.cast import Cast

LINES = advice_lines()
TOPICS = [line["topic"] for line in LINES]


def advice_of(visit: Appointment) -> str:
    """Where a visit's advice is."""
    return f"/v1/appointments/{visit.pk}/advice"


def templates_of(clinic: Clinic) -> str:
    """Where a clinic's versions are."""
    return f"/v1/clinics/{clinic.pk}/advice-templates"


def body(cast: Cast, **more: Any) -> dict[str, Any]:
    """A draft for the IMS treatment."""
    return {"service_id": str(cast.ims_treatment.pk), "lines": LINES, **more}


def in_use(cast: Cast, *, choice: str = "heat", region: str = "any", **more: Any) -> AdviceTemplate:
    """A version that patients of Coquitlam are shown."""
    change(cast.coquitlam, cold_or_heat=choice)
    facts: dict[str, Any] = {
        "clinic": cast.coquitlam,
        "service": cast.ims_treatment,
        "region": region,
        "version": 1,
        "status": "active",
        "lines": LINES,
        "approved_at": cast.now,
        "approved_by": cast.ims,
        "activated_at": cast.now,
        **more,
    }
    return AdviceTemplate.objects.create(**facts)
