"""What each rule admits: the set of starts, its own extent already eroded (R1). Pure; no clock, no database."""

from datetime import timedelta

from backend.appointments.rules import pathway
from backend.appointments.rules.facts import Lane, Place, RoomFacts
from backend.common import walltime
from backend.common.periods import Periods

MINUTES_A_DAY = 24 * 60


def _all_or_none(condition: bool) -> Periods:
    return Periods.EVER if condition else Periods.NONE


def offered_at_clinic(place: Place) -> Periods:
    """Everything, where clinic and service are active and the clinic offers it (D5, R9)."""
    return _all_or_none(place.clinic.is_active and place.service.is_active and place.clinic.offer is not None)


def offered_by_practitioner(lane: Lane) -> Periods:
    """Everything, where the practitioner gives this service at this clinic."""
    return _all_or_none(lane.place.clinic.id in lane.practitioner.offered_at)


def practitioner_active(lane: Lane) -> Periods:
    """Everything, while the practitioner works for the chain."""
    return _all_or_none(lane.practitioner.is_active)


def online(place: Place) -> Periods:
    """Everything, where the clinic takes online bookings of this service."""
    return _all_or_none(place.clinic.offer is None or place.clinic.offer.is_online)


def not_left_to_the_desk(place: Place) -> Periods:
    """Everything, while the patient has missed fewer visits at the clinic than it puts up with."""
    limit = place.clinic.desk_books_after_no_shows
    if place.patient is None or limit is None:
        return Periods.EVER
    return _all_or_none(place.patient.no_shows.get(place.clinic.id, 0) < limit)


def soon_enough(place: Place) -> Periods:
    """Starts that leave the clinic its notice; without an offer, starts that are not past."""
    notice = place.clinic.offer.notice_minutes if place.clinic.offer else 0
    return Periods.EVER.within(walltime.minute_at_or_after(place.now) + notice, Periods.EVER.bounds[-1])


def near_enough(place: Place) -> Periods:
    """Starts within the booking horizon (D16: at least 182 days by default)."""
    if place.clinic.offer is None:
        return Periods.EVER
    latest = walltime.minute_of(place.now) + place.clinic.offer.horizon_days * MINUTES_A_DAY
    return Periods.EVER.within(Periods.EVER.bounds[0], latest + 1)


def on_grid(place: Place) -> Periods:
    """Starts that the wall clock shows as multiples of the step (R2)."""
    return Periods.of((minute, minute + 1) for minute in place.grid)


def clinic_open(place: Place) -> Periods:
    """Starts whose occupied run lies in the clinic's hours."""
    return place.fitting(place.weekly(place.clinic.opening))


def clinic_not_closed(place: Place) -> Periods:
    """Starts whose occupied run meets no closure."""
    return place.clear_of(place.dated(place.clinic.closures))


def practitioner_working(lane: Lane) -> Periods:
    """Starts whose occupied run lies in the practitioner's hours at this clinic, weekly or extra (D3)."""
    clinic_id = lane.place.clinic.id
    weekly = lane.place.weekly(lane.practitioner.weekly.get(clinic_id, ()))
    return lane.place.fitting(weekly | lane.place.dated(lane.practitioner.extra.get(clinic_id, ())))


def practitioner_present(lane: Lane) -> Periods:
    """Starts whose occupied run meets no time off, here or everywhere."""
    time_off = lane.practitioner.time_off
    away = (*time_off.get(None, ()), *time_off.get(lane.place.clinic.id, ()))
    return lane.place.clear_of(lane.place.dated(away))


def practitioner_free(lane: Lane) -> Periods:
    """Starts whose occupied run meets no visit or hold of the practitioner, at any clinic."""
    return lane.place.clear_of(lane.practitioner.busy)


def practitioner_certified(lane: Lane) -> Periods:
    """Starts on dates when every proof that the service requires here is valid, last day included (D4, R10)."""
    clinic = lane.place.clinic
    admitted = Periods.EVER
    for kind, province in lane.place.service.required_credentials:
        if province in ("", clinic.province):
            admitted &= Periods.union_all(
                credential.valid.periods(clinic.zone)
                for credential in lane.practitioner.credentials
                if credential.kind == kind and credential.jurisdiction in (clinic.province, "CA")
            )
    return admitted


def room_free(place: Place, room: RoomFacts) -> Periods:
    """Starts whose occupied run meets no visit or hold in that room; a start needs one room for all of it (R1)."""
    return place.clear_of(room.busy)


def patient_free(place: Place) -> Periods:
    """Starts whose bare visit meets no other bare visit of the patient (R1)."""
    if place.patient is None:
        return Periods.EVER
    return place.patient.busy.starts_clear_of(0, place.service.duration_minutes)


def spaced(place: Place) -> Periods:
    """Starts at least `spacing_days` local dates from each visit of the same service, before and after (D16, R8)."""
    if place.patient is None or not place.service.spacing_days:
        return Periods.EVER
    zone, gap = place.clinic.zone, timedelta(days=place.service.spacing_days - 1)
    too_near = Periods.NONE
    for day in place.patient.same_service_dates:
        too_near |= walltime.day_periods(zone, day - gap, day + gap)
    return ~too_near


def screened(place: Place) -> Periods:
    """Everything, while the patient's answers count today (D10, R13); the visit's own day is asked at check-in."""
    return _all_or_none(place.patient is None or not pathway.lacks_screening(place.service, place.patient, place.today))


def not_blocked(place: Place) -> Periods:
    """Everything, unless answers that count forbid it or wait for a physiotherapist (D10)."""
    return _all_or_none(not pathway.is_blocked(place.service, place.patient, place.today))


def consented(place: Place) -> Periods:
    """Everything, where the patient agreed to the service's present text (D13)."""
    return _all_or_none(place.patient is None or not pathway.lacks_consent(place.service, place.patient))


def reviewed(place: Place) -> Periods:
    """Everything, unless a course of the service waits for its review (R14)."""
    return _all_or_none(not pathway.awaits_review(place.patient))


def cleared(place: Place) -> Periods:
    """Starts on dates when the patient has a live clearance, for services that need one (D7, R15)."""
    if place.patient is None or not place.service.needs_clearance:
        return Periods.EVER
    return Periods.union_all(clearance.periods(place.clinic.zone) for clearance in place.patient.clearances)
