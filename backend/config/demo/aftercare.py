"""What the demo's clinics tell patients after needling, and the sessions of its named patients (D12, D18 to D21)."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from backend.accounts.models import User
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.care.enums import AdviceRegion, AdviceStatus, CheckInPoint, RecordStatus
from backend.care.models import AdviceTemplate, CheckIn, SessionRecord
from backend.clinics.models import Clinic, Service
from backend.config.demo.draft import Draft
from backend.config.demo.services import TEXTS
from backend.patients.enums import Party
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner

_APPROVED = timedelta(days=60)
_MUSCLES = [
    {"name": "left multifidus L4", "twitch_obtained": True},
    {"name": "left multifidus L5", "twitch_obtained": True},
    {"name": "left gluteus medius", "twitch_obtained": False},
]


def advice_lines() -> list[dict[str, str]]:
    """The lines of `texts/advice.toml`."""
    lines: list[dict[str, str]] = tomllib.loads((TEXTS / "advice.toml").read_text("utf-8"))["lines"]
    return lines


def add_advice(draft: Draft, service: Service, approvers: Mapping[Clinic, Practitioner], *, now: datetime) -> None:
    """Draft what each clinic tells after the service, approved by one of its physiotherapists and in use."""
    for clinic, approver in approvers.items():
        draft.add(
            AdviceTemplate(
                clinic=clinic,
                service=service,
                region=AdviceRegion.ANY,
                version=1,
                status=AdviceStatus.ACTIVE,
                lines=advice_lines(),
                approved_at=now - _APPROVED,
                approved_by=approver,
                activated_at=now - _APPROVED,
            )
        )


def save_sessions(patients: Collection[Patient]) -> None:
    """Insert the signed records of these patients' sessions with needles, less pain each time, and how they were a
    day after the last. The visits must be there."""
    draft = Draft()
    sessions = Appointment.objects.filter(
        patient__in=[patient.pk for patient in patients], status=Status.COMPLETED, service__needs_screening=True
    )
    known = sessions.select_related("patient__user", "practitioner").order_by("patient", "starts_at")
    for _, of_patient in groupby(known, key=lambda visit: visit.patient_id):
        _add_course(draft, list(of_patient))
    draft.save()


def _add_course(draft: Draft, visits: Sequence[Appointment]) -> None:
    for number, visit in enumerate(visits):
        draft.add(SessionRecord(appointment=visit, **_said(visit, number)))
    last = visits[-1]
    user = last.patient.user if last.patient else None
    if user is not None:
        _add_check_in(draft, last, user)


def _add_check_in(draft: Draft, visit: Appointment, user: User) -> None:
    draft.add(
        CheckIn(
            appointment=visit,
            point=CheckInPoint.AFTER_24_HOURS,
            soreness=3,
            is_light_headed=False,
            alarms=[],
            answered_at=visit.ends_at + timedelta(hours=25),
            answered_by=user,
            party=Party.PATIENT,
        )
    )


def _said(visit: Appointment, number: int) -> dict[str, Any]:
    pain = max(7 - number, 2)
    return {
        "status": RecordStatus.SIGNED,
        "is_sterilised": True,
        "muscles": _MUSCLES,
        "needles_in": 6,
        "needles_out": 6,
        "pain_before": pain,
        "pain_after": pain - 2,
        "function_score": min(4 + number, 9),
        "signed_at": visit.ends_at + timedelta(minutes=5),
        "signed_by_id": visit.practitioner.user_id,
    }
