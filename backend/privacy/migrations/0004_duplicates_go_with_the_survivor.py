import importlib

from django.db import migrations

_BEFORE = importlib.import_module("backend.privacy.migrations.0003_records_go_when_due")
_TAKEN_IN = """
    CREATE FUNCTION taken_in(patient uuid) RETURNS SETOF uuid LANGUAGE sql STABLE BEGIN ATOMIC
        WITH RECURSIVE taken (id) AS (
            SELECT patient UNION SELECT p.id FROM patients_patient p JOIN taken t ON p.merged_into_id = t.id
        ) SELECT id FROM taken;
    END;
"""
_DESTROY_WRITTEN = """
    CREATE OR REPLACE FUNCTION destroy_written(wanted uuid, written text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE visits uuid[]; gone bigint;
    BEGIN
        PERFORM open_destruction(wanted);
        SELECT array_agg(a.id) INTO visits
          FROM privacy_destruction d, appointments_appointment a
         WHERE d.id = wanted AND d.record_class = 'clinical' AND a.patient_id IN (SELECT taken_in(d.patient_id));
        CASE written
            WHEN 'appointments_transition' THEN
                DELETE FROM appointments_transition WHERE appointment_id = ANY(visits);
            WHEN 'care_checkin' THEN
                DELETE FROM care_checkin WHERE appointment_id = ANY(visits);
            WHEN 'care_sessionrecordamendment' THEN
                DELETE FROM care_sessionrecordamendment
                 WHERE record_id IN (SELECT id FROM care_sessionrecord WHERE appointment_id = ANY(visits));
        END CASE;
        GET DIAGNOSTICS gone = ROW_COUNT;
        RETURN gone;
    END $$;
"""
# What names others, too, is theirs as well, and stays.
_BLANK_ENTRIES = """
    CREATE OR REPLACE FUNCTION blank_entries(wanted uuid) RETURNS TABLE (entry_id uuid, contents bytea)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM open_destruction(wanted);
        RETURN QUERY
        WITH whose AS (
            SELECT user_id, ARRAY(SELECT taken_in(patient_id)) AS taken
              FROM privacy_destruction WHERE id = wanted AND record_class = 'audit'
        ), found AS (
            SELECT e.id, audit_contents(e.before, e.after, e.reason) AS digest
              FROM audit_auditentry e, whose
             WHERE (e.patient_id = ANY(taken) OR e.subject_id = ANY(taken) OR e.subject_id = whose.user_id
                    OR e.patient_ids && taken AND e.patient_ids <@ taken)
               AND (e.before, e.after, e.reason) <> ('{}'::jsonb, '{}'::jsonb, '')
               AND e.action NOT LIKE 'records.%'
               FOR UPDATE OF e
        )
        UPDATE audit_auditentry e SET before = '{}', after = '{}', reason = '' FROM found WHERE e.id = found.id
        RETURNING e.id, found.digest;
    END $$;
"""
# As the migration before made them, to go back to.
_DOOR = _BEFORE._DOOR.replace("%%", "%").replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    """What stayed with a merged duplicate goes with the survivor's records."""

    dependencies = [("patients", "0008_merged_patients"), ("privacy", "0003_records_go_when_due")]

    operations = [
        migrations.RunSQL(_TAKEN_IN + _DESTROY_WRITTEN + _BLANK_ENTRIES, _DOOR + "DROP FUNCTION taken_in(uuid);"),
    ]
