"""A new row from the facts it was decided on: instants, the promise, price and policy as they are now."""

from datetime import datetime, timedelta
from typing import Any

from backend.appointments.actions.wish import Wish
from backend.appointments.models import Appointment
from backend.appointments.rules.facts import Lane, Place, RoomFacts
from backend.common import walltime


def draft(wish: Wish, lane: Lane, room: RoomFacts, **fields: Any) -> Appointment:
    """A row not yet saved. The instants are derived from the start, the buffers bind practitioner and room only."""
    place = lane.place
    service, clinic, offer = place.service, place.clinic, place.clinic.terms
    return Appointment(
        practitioner_id=lane.practitioner.id,
        clinic_id=clinic.id,
        service_id=service.id,
        room_id=room.id,
        patient_id=wish.patient_id,
        price_minor=offer.price_minor,
        tax_basis_points=offer.tax_basis_points,
        currency=clinic.currency,
        free_cancellation_minutes=offer.free_cancellation_minutes,
        late_cancellation_fee_percent=clinic.late_cancellation_fee_percent,
        no_show_fee_percent=clinic.no_show_fee_percent,
        reschedule_limit=clinic.reschedule_limit,
        reschedule_within_days=clinic.reschedule_within_days,
        overrides=wish.overrides_kept,
        **times(wish.starts_at, place),
        **fields,
    )


def times(starts_at: datetime, place: Place) -> dict[str, Any]:
    """The columns of time: the instants, and the promise that they are derived from."""
    service, zone = place.service, place.clinic.zone
    ends_at = starts_at + timedelta(minutes=service.duration_minutes)
    return {
        "occupied_from": starts_at - timedelta(minutes=service.before_minutes),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "occupied_until": ends_at + timedelta(minutes=service.after_minutes),
        "local_start": walltime.promised(starts_at, zone).local_start,
        "timezone": zone.key,
    }
