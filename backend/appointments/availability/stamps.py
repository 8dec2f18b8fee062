"""Version stamps (R11): whether what a search depends on is still what it was, without reading it.

Triggers leave a random number with whom a change is about, in the transaction of the change (`stamp_changes_of`). The
numbers of everyone concerned, added up, are the state: whatever was committed since has changed the sum. Rows are only
ever added, so no change waits for another to leave its stamp.

Read the stamps first, the facts after. A change that comes between is then kept under a state that is over already;
the other way round, old facts would be kept under the new state.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection

from backend.appointments.availability.statements import CLINICS_ASKED, CLOCK, planned_once
from backend.common.errors import NotFound
from backend.common.ids import array_of


@dataclass(frozen=True, slots=True)
class Stamps:
    """The state of a service, of a patient, and of each clinic that is asked for, in the order of their names.

    `lapsed` is when the last hold ran out that nobody has released yet: holds end without a change.
    """

    now: datetime
    lapsed: datetime | None
    service_id: uuid.UUID
    service: str
    patient: str
    clinics: tuple[tuple[uuid.UUID, str], ...]


def read_stamps(
    service: str,
    clinic_ids: Sequence[uuid.UUID] = (),
    practitioner_ids: Sequence[uuid.UUID] = (),
    patient_id: uuid.UUID | None = None,
) -> Stamps:
    """One statement. `service` is an id or a code. Raises NotFound for a service, clinic or practitioner that does not
    exist.
    """
    service_id, code = _named(service)
    parameters = {
        "service_id": service_id,
        "code": code,
        "clinic_ids": array_of(clinic_ids),
        "practitioner_ids": array_of(practitioner_ids),
        "patient_id": patient_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAMPS, parameters)
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    now, lapsed, found_id, of_service, of_patient, people, document = row
    clinics = tuple((uuid.UUID(clinic_id), stamp) for clinic_id, stamp in orjson.loads(document))
    if len(clinics) < len(set(clinic_ids)) or people < len(set(practitioner_ids)):
        raise NotFound
    return Stamps(now, lapsed, found_id, of_service, of_patient, clinics)


def _named(service: str) -> tuple[uuid.UUID | None, str | None]:
    try:
        return uuid.UUID(service), None
    except ValueError:
        return None, service


def _sum_of(owner: str) -> str:
    return f"(SELECT coalesce(sum(stamp), 0)::text FROM common_stamp WHERE owner_id = {owner})"  # noqa: S608 # nosec B608


_SERVICE = "(SELECT id FROM service)"
# Arrays of what was found, since the planner takes them for short: all that is read is then found by indexes.
# A clinic's answer depends on the clinic and its chain, its rooms, and on those who give the service there.
_STAMPS = planned_once(f"""
{CLOCK},
service AS MATERIALIZED (
  SELECT id FROM clinics_service WHERE id = %(service_id)s::uuid OR code = %(code)s),
asked AS MATERIALIZED (SELECT c.id, c.name, c.organisation_id {CLINICS_ASKED.replace("%(service_id)s", _SERVICE)}),
concerned (clinic_id, owner_id) AS (
  SELECT id, id FROM asked
  UNION ALL SELECT id, organisation_id FROM asked
  UNION ALL SELECT clinic_id, id FROM clinics_room WHERE clinic_id = ANY(ARRAY(SELECT id FROM asked))
  UNION ALL SELECT clinic_id, practitioner_id FROM practitioners_offering
    WHERE service_id = {_SERVICE} AND clinic_id = ANY(ARRAY(SELECT id FROM asked))
      AND (cardinality(%(practitioner_ids)s::uuid[]) = 0 OR practitioner_id = ANY(%(practitioner_ids)s::uuid[]))),
state AS (
  SELECT clinic_id, sum(stamp)::text AS stamp FROM concerned JOIN common_stamp AS left_there USING (owner_id)
  WHERE left_there.owner_id = ANY(ARRAY(SELECT owner_id FROM concerned)) GROUP BY clinic_id)
SELECT now,
  (SELECT max(hold_expires_at) FROM appointments_appointment
   WHERE status = 'held' AND hold_expires_at <= (SELECT now FROM clock)),
  service.id, {_sum_of("service.id")}, {_sum_of("%(patient_id)s::uuid")},
  (SELECT count(*) FROM practitioners_practitioner WHERE id = ANY(%(practitioner_ids)s::uuid[])),
  (SELECT coalesce(json_agg(json_build_array(asked.id, state.stamp) ORDER BY asked.name, asked.id), '[]')::text
   FROM asked LEFT JOIN state ON state.clinic_id = asked.id)
FROM clock, service
""")  # noqa: S608 (nothing but the texts above) # nosec B608
