"""What a patient is told after a visit."""

import uuid
from dataclasses import dataclass
from datetime import date

from backend.appointments.models import Appointment
from backend.appointments.queries.visits import get_visit_for
from backend.care.aftercare import Situation, suited
from backend.care.enums import AdviceRegion, AdviceStatus
from backend.care.models import AdviceTemplate, CheckIn
from backend.care.queries.health import sees_health_of
from backend.care.texts import caution
from backend.clinics.enums import ColdOrHeat
from backend.common.access import Actor
from backend.common.errors import NotFound
from backend.patients.models import Clearance


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """A line in both languages."""

    topic: str
    text: str
    text_fr: str


@dataclass(frozen=True, slots=True)
class SeenAdvice:
    """A version for a visit. `is_adapted`: to what the patient reported, which not everybody may know (D11)."""

    visit: Appointment
    template: AdviceTemplate
    is_adapted: bool
    lines: list[AdviceLine]

    @property
    def caution(self) -> str:
        """That it is no medical advice."""
        return caution()


def advice_for(actor: Actor, appointment_id: uuid.UUID) -> SeenAdvice:
    """What is told after a visit that the caller may see: the clinic's version in use for the region that the patient
    is cleared for, else for any. Raises NotFound, also where the clinic has none in use for the service."""
    visit = get_visit_for(actor, appointment_id)
    in_use = AdviceTemplate.objects.filter(
        clinic_id=visit.clinic_id, service_id=visit.service_id, status=AdviceStatus.ACTIVE
    ).select_related("approved_by")
    versions = {row.region: row for row in in_use}
    template = versions.get(_region_of(visit)) or versions.get(AdviceRegion.ANY)
    if template is None:
        raise NotFound
    is_adapted = sees_health_of(actor, visit)
    was_light_headed = is_adapted and CheckIn.objects.filter(appointment=visit, is_light_headed=True).exists()
    situation = Situation(ColdOrHeat(visit.clinic.cold_or_heat), is_light_headed=was_light_headed)
    lines = [AdviceLine(**line) for line in suited(template.lines, situation)]
    return SeenAdvice(visit, template, is_adapted, lines)


def _region_of(visit: Appointment) -> str:
    """The region that the patient was cleared for last, of clearances that live on the visit's day."""
    day = date.fromisoformat(visit.local_start[:10])
    live = Clearance.objects.filter(
        patient=visit.patient,
        discipline=visit.service.discipline,
        ended_at=None,
        valid_from__lte=day,
        valid_until__gte=day,
    )
    return live.order_by("-valid_from", "-pk").values_list("region", flat=True).first() or AdviceRegion.ANY
