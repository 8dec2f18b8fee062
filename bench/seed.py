"""A chain of made-up clinics in an empty database. Visits are made by the server in one statement, indexes after."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.contrib.auth.hashers import make_password
from django.db.models import Model

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.clinics.models import Clinic, ClinicService, OpeningHours, Organisation, Room, Service
from backend.patients.models import Patient, PatientClinic
from backend.practitioners.models import Offering, Placement, Practitioner, WorkingHours

PASSWORD = "correct horse battery staple"  # noqa: S105 (of a database that lives as long as the run)
ZONE = "America/Vancouver"
NINE, FIVE, STEP = 9 * 60, 17 * 60, 30
STARTS_A_DAY, BOOKED_A_DAY = (FIVE - NINE) // STEP, 9.6
DAYS_AHEAD = 40
PATIENTS_A_PRACTITIONER = 10
FEW = 360  # practitioners, who have 100,000 visits to come
CALLERS = 64


@dataclass(frozen=True)
class Chain:
    """What was made."""

    service_id: uuid.UUID
    clinic_ids: list[uuid.UUID]
    practitioner_ids: list[uuid.UUID]  # ten in a row work at one clinic
    emails: list[str]


def seed_places(clinics: int, practitioners: int) -> Chain:
    """Clinics, people and hours; no visit yet. Each practitioner has a room, so only visits keep them busy."""
    since = datetime.now(UTC).date() - timedelta(days=4000)
    chain = Organisation.objects.create(name="Bench")
    service = Service.objects.create(
        code="visit", name="Visit", name_fr="Visite", description="-", description_fr="-", discipline="physiotherapy",
        duration_minutes=STEP, step_minutes=STEP, room_kind="treatment", price_minor=9000,
    )  # fmt: skip
    places = _made(Clinic, (_clinic(chain, number) for number in range(clinics)))
    _made(ClinicService, (ClinicService(clinic=place, service=service) for place in places))
    _made(OpeningHours, (OpeningHours(clinic=place, **_day(day, since)) for place in places for day in range(1, 6)))
    people = _made(
        Practitioner, (Practitioner(given_name=f"P{n:05}", family_name="-", title="-", title_fr="-")
                       for n in range(practitioners)),
    )  # fmt: skip
    at = [(person, places[number * clinics // practitioners]) for number, person in enumerate(people)]
    _made(Room, (Room(clinic=place, name=f"{n:05}", kind="treatment") for n, (_, place) in enumerate(at)))
    _made(Placement, (Placement(practitioner=person, clinic=place) for person, place in at))
    _made(Offering, (Offering(practitioner=person, clinic=place, service=service) for person, place in at))
    hours = (WorkingHours(practitioner=p, clinic=c, **_day(day, since)) for p, c in at for day in range(1, 6))
    _made(WorkingHours, hours)
    _made(Patient, (Patient(given_name=f"Q{n:06}", family_name="-", birth_date=date(1980, 1, 1))
                    for n in range(practitioners * PATIENTS_A_PRACTITIONER)))  # fmt: skip
    return Chain(service.pk, [c.pk for c in places], [p.pk for p in people], _callers(places[0]))


def _made(kind: type[Any], rows: Iterator[Model]) -> list[Any]:
    return list(kind.objects.bulk_create(list(rows), batch_size=1000))


def _day(weekday: int, since: date) -> dict[str, Any]:
    return {"weekday": weekday, "from_minute": NINE, "until_minute": FIVE, "valid_from": since}


def _clinic(chain: Organisation, number: int) -> Clinic:
    return Clinic(
        organisation=chain, slug=f"clinic-{number}", name=f"Clinic {number:04}", street="-", city="-", province="BC",
        postal_code="V3B 0A1", latitude=49, longitude=-122, timezone=ZONE, phone="+16045550100", email="a@bench.test",
        notice_minutes=0,
    )  # fmt: skip


def _callers(clinic: Clinic) -> list[str]:
    password, now = make_password(PASSWORD), datetime.now(UTC)
    users = [
        User(email=f"caller{n}@bench.test", given_name="C", family_name="-", password=password, email_verified_at=now)
        for n in range(CALLERS)
    ]
    _made(User, iter(users))
    patients = [Patient(user=user, given_name="C", family_name="-", birth_date=date(1980, 1, 1)) for user in users]
    _made(Patient, iter(patients))
    _made(PatientClinic, (PatientClinic(patient=one, clinic=clinic, origin="booking") for one in patients))
    return [user.email for user in users]


def seed_visits(admin: psycopg.Connection, chain: Chain, first: int, last: int, *, people: slice = slice(None)) -> int:
    """Fill the workdays from `first` to `last`, counted from today, 60 % of each, of these practitioners; how many
    visits that makes."""
    today = datetime.now(UTC).date()
    days = [today + timedelta(days=number) for number in range(first, last + 1)]
    workdays = [day for day in days if day.isoweekday() <= 5]
    columns = {**_constants(), **_COLUMNS}
    begin, end, _ = people.indices(everybody := len(chain.practitioner_ids))
    parameters: dict[str, Any] = {"days": workdays, "today": today, "service": chain.service_id}
    parameters |= {"people": everybody, "begin": begin, "end": end}
    statement = _VISITS.format(names=", ".join(columns), values=", ".join(columns.values()))
    with _unindexed(admin), admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")  # no triggers, foreign keys included
        admin.execute(_NUMBERED)
        return admin.execute(statement, parameters).rowcount


def workdays_for(visits: int, practitioners: int) -> int:
    """How many workdays so many visits fill."""
    return round(visits / practitioners / BOOKED_A_DAY)


_COLUMNS = {
    "id": "gen_random_uuid()",
    "practitioner_id": "p.id", "clinic_id": "p.clinic_id", "room_id": "p.room_id", "patient_id": "q.id",
    "service_id": "%(service)s", "status": "CASE WHEN day <= %(today)s THEN 'completed' ELSE 'booked' END",
    "occupied_from": "at", "starts_at": "at", "ends_at": "at + interval '30 minutes'",
    "occupied_until": "at + interval '30 minutes'", "booked_at": "at - interval '30 days'",
    "local_start": "to_char(at - interval '7 hours', 'YYYY-MM-DD\"T\"HH24:MI')",
}  # fmt: skip
_NUMBERED = """
    CREATE TEMPORARY TABLE people ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY p.given_name) - 1 AS n, p.id, o.clinic_id, r.id AS room_id
    FROM practitioners_practitioner p JOIN practitioners_offering o ON o.practitioner_id = p.id
    JOIN clinics_room r ON r.clinic_id = o.clinic_id AND r.name = substr(p.given_name, 2);
    CREATE TEMPORARY TABLE patients ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY given_name) - 1 AS n, id FROM patients_patient WHERE given_name LIKE 'Q%';
    ANALYZE people; ANALYZE patients
"""
# At one time each practitioner sees another patient, and a patient is back only after all others.
_VISITS = """
    INSERT INTO appointments_appointment ({names})
    SELECT {values}
    FROM unnest(%(days)s::date[]) WITH ORDINALITY AS d (day, d), generate_series(0, 15) AS k,
         LATERAL (SELECT day + interval '16 hours' + k * interval '30 minutes' AS at) AS start, people p
    JOIN patients q ON true
    WHERE p.n >= %(begin)s AND p.n < %(end)s AND (p.n * 7 + d * 5 + k * 3) %% 5 < 3
      AND q.n = p.n + %(people)s * ((d * 16 + k) %% 10)
"""


def _constants() -> dict[str, str]:
    """The other columns, as a booking of the demo's policy would have them."""
    row = Appointment(
        timezone=ZONE, price_minor=9000, tax_basis_points=0, currency="CAD", free_cancellation_minutes=1440,
        late_cancellation_fee_percent=50, no_show_fee_percent=100,
    )  # fmt: skip
    plain = {field.attname: getattr(row, field.attname) for field in Appointment._meta.local_concrete_fields}
    return {name: f"'{value}'" for name, value in plain.items() if isinstance(value, str | int)} | {"overrides": "'[]'"}


@contextmanager
def _unindexed(admin: psycopg.Connection) -> Iterator[None]:
    """Without indexes and exclusion constraints while rows pour in; they are built once, at the end."""
    table = "appointments_appointment"
    constraints = admin.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x'",
        [table],
    ).fetchall()
    indexes = admin.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
           WHERE indrelid = %s::regclass AND NOT indisprimary AND NOT indisexclusion""",
        [table],
    ).fetchall()
    for name, _ in constraints:
        admin.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    for name, _ in indexes:
        admin.execute(f"DROP INDEX {name}".encode())
    yield
    for _, definition in indexes:
        admin.execute(definition.encode())
    for name, definition in constraints:
        admin.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())
    admin.execute(f"VACUUM (ANALYZE) {table}".encode())
    admin.execute("ANALYZE")
    admin.execute("CHECKPOINT")  # or the next to be measured shares the machine with it
