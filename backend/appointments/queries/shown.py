"""One visit with all that an answer shows of it, in a statement that is written down once.

Every booking, move and step answers with the whole visit. The ORM takes two milliseconds to write a statement over six
tables, as long as all the rules take; so this one is put together from the models when the module is read.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model

from backend.appointments import querysets
from backend.appointments.models import Appointment
from backend.clinics.models import Clinic, Room, Service
from backend.common.access import Actor
from backend.common.ids import array_of
from backend.common.permissions import Permission
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner

OWN = tuple(field.attname for field in Appointment._meta.concrete_fields)
OF_OTHERS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "clinic": (Clinic, ("id", "name", "street", "city", "province", "postal_code", "phone")),
    "service": (Service, ("id", "code", "name", "name_fr")),
    "practitioner": (Practitioner, ("id", "given_name", "family_name", "title", "title_fr")),
    "patient": (Patient, ("id", "given_name", "family_name")),
    "room": (Room, ("id", "name")),
}
"""What of the rows that a visit names."""


def _columns(of: type[Model], alias: str, names: Iterable[str]) -> str:
    columns = {field.attname: field.column for field in of._meta.concrete_fields}
    return ", ".join(f"{alias}.{columns[name]}" for name in names)


def _joined(name: str, of: type[Model]) -> str:
    # LEFT: nobody but a hold of staff is without a patient, but then it is the scope that says so.
    return f"LEFT JOIN {of._meta.db_table} {name} ON {name}.id = visit.{name}_id"


_SELECT = f"""
SELECT domain_now(), {_columns(Appointment, "visit", OWN)},
  {", ".join(_columns(of, name, names) for name, (of, names) in OF_OTHERS.items())}
FROM appointments_appointment visit {" ".join(_joined(name, of) for name, (of, _) in OF_OTHERS.items())}
WHERE visit.id = %(id)s AND {querysets.VISIBLE}
"""  # noqa: S608 (names of the models) # nosec B608
_CONVERTED = [
    (place, field) for place, field in enumerate(Appointment._meta.concrete_fields) if hasattr(field, "from_db_value")
]


def read_visit(actor: Actor, appointment_id: uuid.UUID) -> tuple[Any, Appointment] | None:
    """The instant it was read, and the visit, if the caller may see it; in one statement."""
    reach = querysets.reach_of(actor, Permission.APPOINTMENT_READ)
    with connection.cursor() as cursor:
        cursor.execute(
            _SELECT,
            {
                "id": appointment_id,
                "everywhere": reach.everywhere,
                "patient_ids": array_of(reach.patient_ids),
                "clinic_ids": array_of(reach.clinic_ids),
                "practitioner_id": reach.practitioner_id,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    now, *values = row
    for place, field in _CONVERTED:
        values[place] = field.from_db_value(values[place], None, connection)
    at = len(OWN)
    visit = Appointment.from_db(connection.alias, OWN, values[:at])
    for name, (of, names) in OF_OTHERS.items():
        part = values[at : at + len(names)]
        at += len(names)
        setattr(visit, name, of.from_db(connection.alias, names, part) if part[0] else None)
    return now, visit
