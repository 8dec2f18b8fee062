"""The SQL behind a search: four statements, however many clinics, practitioners and days are asked for.

Written out, because each reads many small tables into one document, which the ORM would do in a dozen round trips.
No zone is named here: the server's zone data may be older than ours (D25).
"""

# What the service asks for and on what terms each clinic offers it. One row.
SETTING = """
SELECT domain_now(),
  (SELECT jsonb_build_object(
      'id', s.id, 'is_active', s.is_active, 'duration_minutes', s.duration_minutes,
      'before_minutes', s.before_minutes, 'after_minutes', s.after_minutes, 'step_minutes', s.step_minutes,
      'spacing_days', s.spacing_days, 'needs_clearance', s.needs_clearance,
      'assessment_service_id', s.assessment_service_id,
      'price_minor', s.price_minor, 'tax_basis_points', s.tax_basis_points,
      'required_credentials', (
          SELECT coalesce(jsonb_agg(jsonb_build_array(r.kind, r.province)), '[]')
          FROM clinics_requiredcredential r WHERE r.service_id = s.id))
   FROM clinics_service s WHERE s.id = %(service_id)s),
  (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'id', c.id, 'timezone', c.timezone, 'province', c.province, 'is_active', c.is_active,
      'currency', o.currency,
      'late_cancellation_fee_percent', c.late_cancellation_fee_percent,
      'no_show_fee_percent', c.no_show_fee_percent,
      'reschedule_limit', c.reschedule_limit, 'reschedule_within_days', c.reschedule_within_days,
      'is_offered', cs.id IS NOT NULL,
      'is_online', coalesce(cs.is_online_booking_on, c.is_online_booking_on),
      'notice_minutes', coalesce(cs.notice_minutes, c.notice_minutes),
      'horizon_days', coalesce(cs.horizon_days, c.horizon_days),
      'free_cancellation_minutes', coalesce(cs.free_cancellation_minutes, c.free_cancellation_minutes),
      'price_minor', cs.price_minor, 'tax_basis_points', cs.tax_basis_points,
      'opening', (
          SELECT coalesce(jsonb_agg(jsonb_build_array(
              h.weekday, h.from_minute, h.until_minute, h.valid_from, h.valid_until)), '[]')
          FROM clinics_openinghours h
          WHERE h.clinic_id = c.id AND h.valid_from <= %(last)s
            AND (h.valid_until IS NULL OR h.valid_until >= %(first)s)),
      'closures', (
          SELECT coalesce(jsonb_agg(jsonb_build_array(
              k.first_date, k.last_date, k.from_minute, k.until_minute)), '[]')
          FROM clinics_closure k
          WHERE k.clinic_id = c.id AND k.last_date >= %(first)s AND k.first_date <= %(last)s),
      'rooms', (
          SELECT coalesce(jsonb_agg(r.id ORDER BY r.name), '[]')
          FROM clinics_room r JOIN clinics_service s ON s.id = %(service_id)s
          WHERE r.clinic_id = c.id AND r.is_active AND r.kind = s.room_kind)
   ) ORDER BY c.name, c.id), '[]')
   FROM clinics_clinic c
   JOIN clinics_organisation o ON o.id = c.organisation_id
   LEFT JOIN clinics_clinicservice cs
     ON cs.clinic_id = c.id AND cs.service_id = %(service_id)s AND cs.is_active
   WHERE c.id = ANY(%(clinic_ids)s)
      OR %(any_clinic)s AND c.is_active AND cs.id IS NOT NULL)
"""

# Who gives the service at those clinics, with hours, absences and proofs. One row a practitioner.
PEOPLE = """
SELECT p.id, p.is_active,
  (SELECT coalesce(jsonb_agg(f.clinic_id), '[]') FROM practitioners_offering f
   WHERE f.practitioner_id = p.id AND f.service_id = %(service_id)s),
  (SELECT coalesce(jsonb_agg(jsonb_build_array(d.kind, d.jurisdiction, d.valid_from, d.valid_until)), '[]')
   FROM practitioners_credential d
   WHERE d.practitioner_id = p.id AND d.status = 'verified' AND d.valid_from <= %(last)s
     AND (d.valid_until IS NULL OR d.valid_until >= %(first)s)),
  (SELECT coalesce(jsonb_agg(jsonb_build_array(
       h.clinic_id, h.weekday, h.from_minute, h.until_minute, h.valid_from, h.valid_until)), '[]')
   FROM practitioners_workinghours h
   WHERE h.practitioner_id = p.id AND h.clinic_id = ANY(%(clinic_ids)s) AND h.valid_from <= %(last)s
     AND (h.valid_until IS NULL OR h.valid_until >= %(first)s)),
  (SELECT coalesce(jsonb_agg(jsonb_build_array(e.clinic_id, e.date, e.date, e.from_minute, e.until_minute)), '[]')
   FROM practitioners_extrahours e
   WHERE e.practitioner_id = p.id AND e.clinic_id = ANY(%(clinic_ids)s)
     AND e.date BETWEEN %(first)s AND %(last)s),
  (SELECT coalesce(jsonb_agg(jsonb_build_array(
       t.clinic_id, t.first_date, t.last_date, t.from_minute, t.until_minute)), '[]')
   FROM practitioners_timeoff t
   WHERE t.practitioner_id = p.id AND t.last_date >= %(first)s AND t.first_date <= %(last)s
     AND (t.clinic_id IS NULL OR t.clinic_id = ANY(%(clinic_ids)s)))
FROM practitioners_practitioner p
WHERE p.id = ANY(%(practitioner_ids)s)
   OR %(any_practitioner)s AND p.is_active AND EXISTS (
       SELECT FROM practitioners_offering f
       WHERE f.practitioner_id = p.id AND f.service_id = %(service_id)s AND f.clinic_id = ANY(%(clinic_ids)s))
ORDER BY p.family_name, p.given_name, p.id
"""

# Occupied runs in epoch minutes, packed by owner. Both halves are answered from their covering index alone: no run
# is longer than a day, and a booked row keeps no `hold_expires_at`, so the status itself need not be read.
_BUSY = """
SELECT {owner},
       array_agg((extract(epoch FROM occupied_from) / 60)::int ORDER BY occupied_from),
       array_agg((extract(epoch FROM occupied_until) / 60)::int ORDER BY occupied_from)
FROM appointments_appointment
WHERE {owner} = ANY(%({owners})s)
  AND status IN ('held', 'booked', 'confirmed', 'checked_in', 'in_progress')
  AND occupied_from >= %(begin)s - interval '1 day' AND occupied_from < %(until)s
  AND (hold_expires_at IS NULL OR hold_expires_at > %(now)s)
GROUP BY {owner}
"""
BUSY = " UNION ALL ".join(
    _BUSY.format(owner=owner, owners=owners)
    for owner, owners in (("practitioner_id", "practitioner_ids"), ("room_id", "room_ids"))
)

# The patient's own visits and clearances. One row.
PATIENT = """
SELECT
  (SELECT coalesce(jsonb_agg(jsonb_build_array(
       (extract(epoch FROM a.starts_at) / 60)::int, (extract(epoch FROM a.ends_at) / 60)::int,
       a.status <> 'completed', CASE WHEN a.service_id = %(service_id)s THEN left(a.local_start, 10) END)), '[]')
   FROM appointments_appointment a
   WHERE a.patient_id = %(patient_id)s AND a.id IS DISTINCT FROM %(besides)s
     AND a.status IN ('held', 'booked', 'confirmed', 'checked_in', 'in_progress', 'completed')
     AND a.starts_at BETWEEN %(begin)s - %(reach)s AND %(until)s + %(reach)s
     AND (a.hold_expires_at IS NULL OR a.hold_expires_at > %(now)s)),
  (SELECT coalesce(jsonb_agg(jsonb_build_array(v.valid_from, v.valid_until)), '[]')
   FROM patients_clearance v
   WHERE v.patient_id = %(patient_id)s AND v.revoked_at IS NULL
     AND v.valid_from <= %(last_date)s AND v.valid_until >= %(first_date)s)
"""
