"""Who waits in the world of the matrix: each patient for a follow-up, with a time offered on Thursday afternoon."""

from datetime import timedelta
from typing import TYPE_CHECKING

from backend.appointments.enums import Status, WaitlistStatus
from backend.appointments.models import Appointment, WaitlistEntry, WaitlistOffer, WaitlistPlace, WaitlistWindow
from backend.common import walltime
from tests.cast import FRI, THU, Cast

if TYPE_CHECKING:
    from tests.policy.world import World

OFFERED_FOR = timedelta(minutes=30)


def let_all_wait(world: "World") -> None:
    """An entry and an open offer for each patient who has a visit, at the clinic of that visit."""
    cast = world.cast
    for number, (name, visit) in enumerate(world.visits.items()):
        assert visit.patient_id
        entry = WaitlistEntry.objects.create(
            patient_id=visit.patient_id, service=cast.physio_follow_up, entered_by=cast.owner
        )
        day = cast.day(cast.coquitlam, FRI)
        WaitlistWindow.objects.create(entry=entry, first_date=day, last_date=day)
        WaitlistPlace.objects.create(entry=entry, clinic_id=visit.clinic_id)
        hold = _hold(cast, visit, number)
        world.entries[name] = entry
        world.offers[name] = WaitlistOffer.objects.create(
            entry=entry,
            hold=hold,
            clinic_id=hold.clinic_id,
            practitioner_id=hold.practitioner_id,
            starts_at=hold.starts_at,
            offered_at=cast.now,
            expires_at=cast.now + OFFERED_FOR,
        )
        WaitlistEntry.objects.filter(pk=entry.pk).update(status=WaitlistStatus.OFFERED)


def _hold(cast: Cast, visit: Appointment, number: int) -> Appointment:
    """A time of somebody who works there on Thursdays, for the patient of the visit; nobody holds it."""
    is_home = visit.clinic_id == cast.coquitlam.pk
    clinic, giver, hour = (cast.coquitlam, cast.physio, 14) if is_home else (cast.langley, cast.langley_physio, 9)
    starts_at = cast.at(clinic, THU, f"{hour + number}:00")
    return Appointment.objects.create(
        patient_id=visit.patient_id,
        practitioner=giver,
        clinic=clinic,
        service_id=visit.service_id,
        room_id=visit.room_id,
        status=Status.HELD,
        hold_expires_at=cast.now + OFFERED_FOR,
        occupied_from=starts_at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        occupied_until=starts_at + timedelta(minutes=30),
        local_start=walltime.promised(starts_at, walltime.zone(clinic.timezone)).local_start,
        timezone=clinic.timezone,
        price_minor=visit.price_minor,
        tax_basis_points=visit.tax_basis_points,
        currency=visit.currency,
        free_cancellation_minutes=visit.free_cancellation_minutes,
        late_cancellation_fee_percent=visit.late_cancellation_fee_percent,
        no_show_fee_percent=visit.no_show_fee_percent,
    )
