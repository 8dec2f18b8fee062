"""One visit with all it needs, written past the actions: for tests of what the database itself refuses."""

from datetime import UTC, datetime, timedelta

from backend.accounts.models import User
from backend.appointments.enums import HOLD_STATUSES, Status
from backend.appointments.models import Appointment
from backend.care.models import Course
from backend.clinics.enums import Discipline, Province, RoomKind
from backend.clinics.models import Clinic, Organisation, Room, Service
from backend.patients.models import Clearance, Patient
from backend.practitioners.models import Practitioner

NINE = datetime(2026, 12, 1, 17, tzinfo=UTC)  # 09:00 in Vancouver


def an_appointment(status: Status) -> Appointment:
    """A visit that is not saved yet; what it points to is."""
    clinic = _a_clinic()
    service = _a_service()
    return Appointment(
        status=status,
        clinic=clinic,
        service=service,
        room=Room.objects.get_or_create(clinic=clinic, name="1", kind=RoomKind.TREATMENT)[0],
        practitioner=Practitioner.objects.create(given_name="Ada", family_name="Wu", title="PT", title_fr="PT"),
        patient=Patient.objects.create(given_name="Bo", family_name="Li"),
        occupied_from=NINE,
        starts_at=NINE,
        ends_at=NINE + timedelta(minutes=30),
        occupied_until=NINE + timedelta(minutes=30),
        local_start="2026-12-01T09:00",
        timezone=clinic.timezone,
        hold_expires_at=NINE if status in HOLD_STATUSES else None,
        booked_at=NINE,
        price_minor=service.price_minor,
        tax_basis_points=service.tax_basis_points,
        currency="CAD",
        free_cancellation_minutes=clinic.free_cancellation_minutes,
        late_cancellation_fee_percent=clinic.late_cancellation_fee_percent,
        no_show_fee_percent=clinic.no_show_fee_percent,
    )


def a_course() -> Course:
    """A course that is not saved yet; what it points to is."""
    visit = an_appointment(Status.BOOKED)
    assert visit.patient
    user = User.objects.create(email="leader@example.test")
    days = {"valid_from": NINE.date(), "valid_until": NINE.date()}
    clearance = Clearance.objects.create(patient=visit.patient, region="neck", granted_by=user, **days)
    about = {"patient": visit.patient, "service": visit.service, "clinic": visit.clinic, "clearance": clearance}
    plan = {"region": "neck", "planned_sessions": 8, "practitioner": visit.practitioner}
    return Course(**about, **plan, opened_at=NINE, opened_by=user)


def _a_clinic() -> Clinic:
    organisation, _ = Organisation.objects.get_or_create(defaults={"name": "Evergreen"})
    place = {"street": "1 Pine St", "city": "Coquitlam", "province": Province.BC, "postal_code": "V3B 0A1"}
    place |= {"latitude": "49.28", "longitude": "-122.79", "timezone": "America/Vancouver"}
    contact = {"name": "Pine", "phone": "+16045550100", "email": "pine@demo.test"}
    return Clinic.objects.get_or_create(slug="pine", defaults={"organisation": organisation, **place, **contact})[0]


def _a_service() -> Service:
    texts = {
        "name": "Follow-up",
        "name_fr": "Suivi",
        "description": "Half an hour.",
        "description_fr": "Une demi-heure.",
    }
    kinds = {"discipline": Discipline.PHYSIOTHERAPY, "room_kind": RoomKind.TREATMENT}
    numbers = {"duration_minutes": 30, "price_minor": 9_000}
    return Service.objects.get_or_create(code="follow-up", defaults={**texts, **kinds, **numbers})[0]
