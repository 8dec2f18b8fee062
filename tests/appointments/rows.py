"""Visits and holds put straight into the table, as if they had come there the usual way."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backend.appointments.models import Appointment
from backend.clinics.models import Room, Service
from backend.common import clock
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner

# The steps to a state that no row can be born in.
WAYS: dict[str, tuple[str, ...]] = {
    "booked": (),
    "held": (),
    "expired": ("expired",),
    "confirmed": ("confirmed",),
    "checked_in": ("checked_in",),
    "in_progress": ("checked_in", "in_progress"),
    "completed": ("checked_in", "in_progress", "completed"),
    "no_show": ("no_show",),
    "cancelled": ("cancelled",),
}
# Of no interest to any rule, but shown in examples.
TERMS: dict[str, Any] = {
    "price_minor": 9_500,
    "tax_basis_points": 500,
    "currency": "CAD",
    "free_cancellation_minutes": 1_440,
    "late_cancellation_fee_percent": 50,
    "no_show_fee_percent": 100,
}


def add_visit(
    *,
    service: Service,
    practitioner: Practitioner,
    room: Room,
    starts_at: datetime,
    patient: Patient | None = None,
    minutes: int = 30,
    before: int = 0,
    after: int = 0,
    status: str = "booked",
    hold_expires_at: datetime | None = None,
) -> Appointment:
    """A row in any state. Raises IntegrityError where a constraint forbids it."""
    is_hold = status in ("held", "expired")
    now = clock.now()
    ends_at = starts_at + timedelta(minutes=minutes)
    visit = Appointment.objects.create(
        service=service,
        practitioner=practitioner,
        clinic=room.clinic,
        room=room,
        patient=patient,
        status="held" if is_hold else "booked",
        occupied_from=starts_at - timedelta(minutes=before),
        starts_at=starts_at,
        ends_at=ends_at,
        occupied_until=ends_at + timedelta(minutes=after),
        local_start=starts_at.astimezone(ZoneInfo(room.clinic.timezone)).isoformat()[:16],
        timezone=room.clinic.timezone,
        booked_at=None if is_hold else now,
        hold_expires_at=(hold_expires_at or now + timedelta(minutes=5)) if is_hold else None,
        **TERMS,
    )
    for step in WAYS[status]:
        called_off = {"cancelled_at": now, "cancel_reason": "other"} if step == "cancelled" else {}
        Appointment.objects.filter(pk=visit.pk).update(status=step, **called_off)
    visit.refresh_from_db()
    return visit


def change(row: Any, **values: Any) -> None:
    """Update a row behind its back, without a version and without a check in Python."""
    type(row).objects.filter(pk=row.pk).update(**values)
