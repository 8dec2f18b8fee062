"""The SQL behind every question: one statement, however many clinics, practitioners and days are asked for.

Written out, because it reads many small tables into one document, which the ORM would do in a dozen round trips.
No zone is named here: the server's zone data may be older than ours (D25).

What is read here is kept under the stamps of practitioners, rooms, clinics, service and patient (`stamps`). So each
table needs its triggers (`stamp_changes_of`), and nothing may be left out because of what time it is now: the rules
judge by `Place.now`. Only holds are, and say until when that stays true.

What is asked for stands in a table of its own, `given`, where the planner cannot see it. It would else make a plan for
each booking's few values, time and again, since such a plan looks cheaper than one for any values by more than it takes
to make: 1.4 ms of 2. So it makes one plan and keeps it.
"""

import re

CLOCK = "clock AS MATERIALIZED (SELECT domain_now() AS now)"

_SERVICE = "service AS MATERIALIZED (SELECT * FROM clinics_service WHERE id = %(service_id)s)"

# What the service asks for.
_SERVICE_DOCUMENT = """
SELECT json_build_object(
    'id', s.id, 'is_active', s.is_active, 'duration_minutes', s.duration_minutes,
    'before_minutes', s.before_minutes, 'after_minutes', s.after_minutes, 'step_minutes', s.step_minutes,
    'spacing_days', s.spacing_days, 'needs_clearance', s.needs_clearance,
    'needs_screening', s.needs_screening, 'needs_consent', s.needs_consent,
    'assessment_service_id', s.assessment_service_id,
    'price_minor', s.price_minor, 'tax_basis_points', s.tax_basis_points,
    'required_credentials', ARRAY(
        SELECT json_build_array(r.kind, r.province) FROM clinics_requiredcredential r WHERE r.service_id = s.id))
FROM service s
"""

# Which clinics. None asked for: all that offer it, if need be with one of those who are named. Their ids first, so that
# they are found by an index.
CLINICS_ASKED = """
  FROM clinics_clinic c
  LEFT JOIN LATERAL (
    SELECT * FROM clinics_clinicservice k
    WHERE k.clinic_id = c.id AND k.service_id = %(service_id)s AND k.is_active LIMIT 1) AS cs ON true
  WHERE c.id = ANY(
      CASE WHEN cardinality(%(clinic_ids)s::uuid[]) > 0 THEN %(clinic_ids)s::uuid[]
      WHEN cardinality(%(practitioner_ids)s::uuid[]) > 0 THEN ARRAY(
          SELECT f.clinic_id FROM practitioners_offering f
          WHERE f.practitioner_id = ANY(%(practitioner_ids)s::uuid[]) AND f.service_id = %(service_id)s)
      ELSE ARRAY(SELECT k.clinic_id FROM clinics_clinicservice k WHERE k.service_id = %(service_id)s) END)
    AND (cardinality(%(clinic_ids)s::uuid[]) > 0 OR c.is_active AND cs.id IS NOT NULL)
"""

# On what terms each clinic offers it.
_CLINIC = f"""
clinic AS MATERIALIZED (
  SELECT c.id, c.name,
    ARRAY(SELECT r.id FROM clinics_room r
          WHERE r.clinic_id = c.id AND r.is_active AND r.kind = (SELECT room_kind FROM service)
          ORDER BY r.name) AS rooms,
    json_build_object(
      'id', c.id, 'timezone', c.timezone, 'province', c.province, 'is_active', c.is_active,
      'currency', (SELECT o.currency FROM clinics_organisation o WHERE o.id = c.organisation_id),
      'late_cancellation_fee_percent', c.late_cancellation_fee_percent,
      'no_show_fee_percent', c.no_show_fee_percent,
      'reschedule_limit', c.reschedule_limit, 'reschedule_within_days', c.reschedule_within_days,
      'desk_books_after_no_shows', c.desk_books_after_no_shows,
      'is_offered', cs.id IS NOT NULL,
      'is_online', coalesce(cs.is_online_booking_on, c.is_online_booking_on),
      'notice_minutes', coalesce(cs.notice_minutes, c.notice_minutes),
      'horizon_days', coalesce(cs.horizon_days, c.horizon_days),
      'free_cancellation_minutes', coalesce(cs.free_cancellation_minutes, c.free_cancellation_minutes),
      'price_minor', cs.price_minor, 'tax_basis_points', cs.tax_basis_points,
      'opening', ARRAY(
          SELECT json_build_array(h.weekday, h.from_minute, h.until_minute, h.valid_from, h.valid_until)
          FROM clinics_openinghours h
          WHERE h.clinic_id = c.id AND h.valid_from <= %(last)s
            AND (h.valid_until IS NULL OR h.valid_until >= %(first)s)),
      'closures', ARRAY(
          SELECT json_build_array(k.first_date, k.last_date, k.from_minute, k.until_minute)
          FROM clinics_closure k
          WHERE k.clinic_id = c.id AND k.last_date >= %(first)s AND k.first_date <= %(last)s)
    ) AS terms
  {CLINICS_ASKED})
"""  # noqa: S608 (the text above) # nosec B608

# Who gives the service at those clinics, with hours, absences and proofs. Nobody asked for: all who do.
_PERSON = """
person AS MATERIALIZED (
  SELECT p.id, p.family_name, p.given_name, json_build_array(
    p.id, p.is_active,
    ARRAY(SELECT f.clinic_id FROM practitioners_offering f
          WHERE f.practitioner_id = p.id AND f.service_id = %(service_id)s),
    ARRAY(SELECT json_build_array(d.kind, d.jurisdiction, d.valid_from, d.valid_until)
          FROM practitioners_credential d
          WHERE d.practitioner_id = p.id AND d.status = 'verified' AND d.valid_from <= %(last)s
            AND (d.valid_until IS NULL OR d.valid_until >= %(first)s)),
    ARRAY(SELECT json_build_array(h.clinic_id, h.weekday, h.from_minute, h.until_minute, h.valid_from, h.valid_until)
          FROM practitioners_workinghours h
          WHERE h.practitioner_id = p.id AND h.clinic_id = ANY(here.ids) AND h.valid_from <= %(last)s
            AND (h.valid_until IS NULL OR h.valid_until >= %(first)s)),
    ARRAY(SELECT json_build_array(e.clinic_id, e.date, e.date, e.from_minute, e.until_minute)
          FROM practitioners_extrahours e
          WHERE e.practitioner_id = p.id AND e.clinic_id = ANY(here.ids) AND e.date BETWEEN %(first)s AND %(last)s),
    ARRAY(SELECT json_build_array(t.clinic_id, t.first_date, t.last_date, t.from_minute, t.until_minute)
          FROM practitioners_timeoff t
          WHERE t.practitioner_id = p.id AND t.last_date >= %(first)s AND t.first_date <= %(last)s
            AND (t.clinic_id IS NULL OR t.clinic_id = ANY(here.ids)))
    ) AS terms
  FROM (SELECT ARRAY(SELECT id FROM clinic) AS ids) AS here, practitioners_practitioner p
  WHERE p.id = ANY(
      CASE WHEN cardinality(%(practitioner_ids)s::uuid[]) > 0 THEN %(practitioner_ids)s::uuid[]
      ELSE ARRAY(SELECT f.practitioner_id FROM practitioners_offering f
                 WHERE f.service_id = %(service_id)s AND f.clinic_id IN (SELECT id FROM clinic)) END)
    AND (p.is_active OR cardinality(%(practitioner_ids)s::uuid[]) > 0))
"""

# Occupied runs in epoch minutes, packed by owner, and when the first hold among them runs out. Both halves are
# answered from their covering index alone: no run is longer than a day, and a booked row keeps no `hold_expires_at`,
# so the status itself need not be read.
# date_part() and not extract(), whose exact decimals cost more than all the rest.
_BUSY = """
SELECT json_build_array({owner},
       array_agg((date_part('epoch', occupied_from) / 60)::int ORDER BY occupied_from),
       array_agg((date_part('epoch', occupied_until) / 60)::int ORDER BY occupied_from), min(hold_expires_at))
FROM appointments_appointment
WHERE {owner} = ANY(ARRAY({owners}))
  AND status IN ('held', 'booked', 'confirmed', 'checked_in', 'in_progress')
  AND occupied_from >= %(begin)s - interval '1 day' AND occupied_from < %(until)s
  AND (hold_expires_at IS NULL OR hold_expires_at > (SELECT now FROM clock))
GROUP BY {owner}
"""
_BUSY_PEOPLE = _BUSY.format(owner="practitioner_id", owners="SELECT id FROM person")
_BUSY_ROOMS = _BUSY.format(owner="room_id", owners="SELECT unnest(rooms) FROM clinic")

# The patient's own visits, clearances, answers and consent.
_VISITS = """
SELECT json_build_array(
    (date_part('epoch', a.starts_at) / 60)::int, (date_part('epoch', a.ends_at) / 60)::int,
    a.status <> 'completed', CASE WHEN a.service_id = s.id THEN left(a.local_start, 10) END, a.hold_expires_at)
FROM appointments_appointment a, service s
WHERE a.patient_id = %(patient_id)s AND a.id <> ALL(%(besides)s::uuid[])
  AND a.status IN ('held', 'booked', 'confirmed', 'checked_in', 'in_progress', 'completed')
  AND a.starts_at >= %(begin)s - make_interval(days => s.spacing_days + 1)
  AND a.starts_at <= %(until)s + make_interval(days => s.spacing_days + 1)
  AND (a.hold_expires_at IS NULL OR a.hold_expires_at > (SELECT now FROM clock))
"""
_CLEARANCES = """
SELECT json_build_array(v.valid_from, v.valid_until)
FROM patients_clearance v JOIN service s ON s.discipline = v.discipline
WHERE v.patient_id = %(patient_id)s AND v.ended_at IS NULL
  AND v.valid_until >= least(%(first_date)s, (SELECT now FROM clock)::date - 1)
"""
# What the newest answers mean, never what was answered.
_SCREENING = """
SELECT json_build_array(n.outcome <> 'clear' AND n.cleared_at IS NULL, n.valid_until)
FROM patients_screening n WHERE n.patient_id = %(patient_id)s AND n.superseded_at IS NULL
"""
_HAS_CONSENTED = """
SELECT FROM patients_consent c JOIN patients_consenttext t ON t.id = c.text_id
WHERE c.patient_id = %(patient_id)s AND c.revoked_at IS NULL
  AND t.service_id = %(service_id)s AND t.superseded_at IS NULL
"""
# Whether a course of the service has come to its review: the session before it is over (R14).
_IS_REVIEW_DUE = """
SELECT FROM patients_reviewpoint p JOIN appointments_appointment d ON d.id = p.due_after_id
WHERE p.patient_id = %(patient_id)s AND p.service_id = %(service_id)s
  AND d.patient_id = p.patient_id AND d.status = 'completed'
"""
# How often the patient did not come, by clinic.
_NO_SHOWS = """
SELECT json_build_array(a.clinic_id, count(*))
FROM appointments_appointment a WHERE a.patient_id = %(patient_id)s AND a.status = 'no_show' GROUP BY a.clinic_id
"""

_OF_PATIENT = f"""
  'visits', ARRAY({_VISITS}),
  'clearances', ARRAY({_CLEARANCES}),
  'screening', ({_SCREENING}),
  'has_consented', EXISTS({_HAS_CONSENTED}),
  'is_review_due', EXISTS({_IS_REVIEW_DUE}),
  'no_shows', ARRAY({_NO_SHOWS})
"""

_GIVEN = {
    "service_id": "uuid",
    "code": "text",
    "patient_id": "uuid",
    "clinic_ids": "uuid[]",
    "practitioner_ids": "uuid[]",
    "besides": "uuid[]",
    "first": "date",
    "last": "date",
    "begin": "timestamptz",
    "until": "timestamptz",
    "first_date": "date",
}


def planned_once(statement: str) -> str:
    """A WITH query whose parameters the planner cannot see, so that it keeps the plan."""
    names = sorted(set(re.findall(r"%\((\w+)\)s", statement)))
    given = ", ".join(f"%({name})s::{_GIVEN[name]} AS {name}" for name in names)
    taken = re.sub(r"%\((\w+)\)s", r"(SELECT \1 FROM given)", statement)
    return f"WITH given AS MATERIALIZED (SELECT {given}), {taken}"


FACTS = planned_once(f"""
{CLOCK}, {_SERVICE}, {_CLINIC}, {_PERSON}
SELECT now, json_build_object(
  'service', ({_SERVICE_DOCUMENT}),
  'clinics', ARRAY(SELECT json_build_array(terms, rooms) FROM clinic ORDER BY name, id),
  'people', ARRAY(SELECT terms FROM person ORDER BY family_name, given_name, id),
  'busy', json_build_array(ARRAY({_BUSY_PEOPLE}), ARRAY({_BUSY_ROOMS})),
  {_OF_PATIENT})::text
FROM clock
""")  # noqa: S608 (nothing but the texts above) # nosec B608

# The patient alone, for a question of which the rest is known.
PATIENT = planned_once(f"{CLOCK}, {_SERVICE} SELECT now, json_build_object({_OF_PATIENT})::text FROM clock")  # noqa: S608 # nosec B608
