import backend.common.ids
import django.db.models.functions.datetime
from django.db import migrations, models

# The day is that of the domain, as everywhere (R12).
_DOOR = """
    CREATE FUNCTION is_destruction_due(wanted uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (
        SELECT FROM privacy_destruction
         WHERE id = wanted AND done_at IS NULL AND due_date <= CAST(domain_now() AS date)
           AND (held_until IS NULL OR held_until < CAST(domain_now() AS date)));

    CREATE FUNCTION is_destroying() RETURNS boolean LANGUAGE sql STABLE
    RETURN is_destruction_due(CAST(nullif(current_setting('evergreen.destruction', true), '') AS uuid));

    CREATE FUNCTION open_destruction(wanted uuid) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT is_destruction_due(wanted) THEN
            RAISE EXCEPTION 'destruction % is not due', wanted
                USING ERRCODE = 'check_violation', CONSTRAINT = 'destruction_is_due';
        END IF;
        PERFORM set_config('evergreen.destruction', wanted::text, true);
    END $$;

    CREATE FUNCTION destroy_written(wanted uuid, written text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE whose uuid; gone bigint;
    BEGIN
        PERFORM open_destruction(wanted);
        SELECT patient_id INTO whose FROM privacy_destruction WHERE id = wanted AND record_class = 'clinical';
        CASE written
            WHEN 'appointments_transition' THEN
                DELETE FROM appointments_transition
                 WHERE appointment_id IN (SELECT id FROM appointments_appointment WHERE patient_id = whose);
            WHEN 'care_checkin' THEN
                DELETE FROM care_checkin
                 WHERE appointment_id IN (SELECT id FROM appointments_appointment WHERE patient_id = whose);
            WHEN 'care_sessionrecordamendment' THEN
                DELETE FROM care_sessionrecordamendment WHERE record_id IN (
                    SELECT r.id FROM care_sessionrecord r JOIN appointments_appointment a ON a.id = r.appointment_id
                     WHERE a.patient_id = whose);
        END CASE;
        GET DIAGNOSTICS gone = ROW_COUNT;
        RETURN gone;
    END $$;

    CREATE FUNCTION blank_entries(wanted uuid) RETURNS TABLE (entry_id uuid, contents bytea)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM open_destruction(wanted);
        RETURN QUERY
        WITH RECURSIVE whose AS (
            SELECT user_id, patient_id FROM privacy_destruction WHERE id = wanted AND record_class = 'audit'
        ), taken (id) AS (
            SELECT patient_id FROM whose
            UNION SELECT p.id FROM patients_patient p JOIN taken t ON p.merged_into_id = t.id
        ), found AS (
            SELECT e.id, audit_contents(e.before, e.after, e.reason) AS digest
              FROM audit_auditentry e, whose
             WHERE (e.patient_id IN (SELECT id FROM taken) OR e.subject_id IN (SELECT id FROM taken)
                    OR e.subject_id = whose.user_id OR e.patient_ids && ARRAY(SELECT id FROM taken))
               AND (e.before, e.after, e.reason) <> ('{}'::jsonb, '{}'::jsonb, '')
               AND e.action NOT LIKE 'records.%%'
               FOR UPDATE OF e
        )
        UPDATE audit_auditentry e SET before = '{}', after = '{}', reason = '' FROM found WHERE e.id = found.id
        RETURNING e.id, found.digest;
    END $$;
"""
_NO_DOOR = """
    DROP FUNCTION blank_entries(uuid);
    DROP FUNCTION destroy_written(uuid, text);
    DROP FUNCTION open_destruction(uuid);
    DROP FUNCTION is_destroying();
    DROP FUNCTION is_destruction_due(uuid);
"""
# Each guard as its own app made it, and the one exception: what is due goes, entries of the audit log lose their contents.
_REFUSE = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {but}
        RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_is_append_only';
    END $$;
"""
_ASSESSMENT = """
    CREATE OR REPLACE FUNCTION check_assessment_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {but}
        RAISE EXCEPTION 'assessment %% is signed', OLD.assessment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_is_amended_only';
    END $$;
"""
_SESSION = """
    CREATE OR REPLACE FUNCTION check_session_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {but}
        IF TG_OP = 'UPDATE'
            AND (NEW.id, NEW.appointment_id, NEW.status, NEW.signed_at, NEW.signed_by_id)
                = (OLD.id, OLD.appointment_id, OLD.status, OLD.signed_at, OLD.signed_by_id)
            AND NEW.amendment_count = OLD.amendment_count + 1
            AND EXISTS (
                SELECT FROM care_sessionrecordamendment
                WHERE record_id = NEW.id AND number = NEW.amendment_count
            )
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'session record %% is signed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_record_is_amended_only';
    END $$;
"""
_BUT_STATEMENT = """IF is_destroying() AND (
            TG_OP = 'DELETE'
                AND TG_TABLE_NAME IN ('appointments_transition', 'care_checkin', 'care_sessionrecordamendment')
            OR TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_auditentry')
        THEN
            RETURN NULL;
        END IF;"""
_BUT_ROW = "IF TG_OP = 'DELETE' AND is_destroying() THEN RETURN OLD; END IF;"


def _guards(statement: str, row: str) -> str:
    return (_REFUSE.format(but=statement) + _ASSESSMENT.format(but=row) + _SESSION.format(but=row)).replace("%%", "%")


class Migration(migrations.Migration):
    """What of closed accounts goes when, and the one door through which what was written for good goes then."""

    dependencies = [
        ("audit", "0005_contents_have_a_digest_of_their_own"),
        ("care", "0004_courses"),
        ("common", "0003_domain_clock"),
        ("privacy", "0002_patient_merges"),
    ]

    operations = [
        migrations.CreateModel(
            name="Destruction",
            fields=[
                ("id", models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("user_id", models.UUIDField()),
                ("patient_id", models.UUIDField(null=True)),
                ("record_class", models.CharField(choices=[("marketing", "Marketing"), ("account", "Account"), ("operational", "Operational"), ("clinical", "Clinical"), ("audit", "Audit")], max_length=20)),
                ("closed_on", models.DateField()),
                ("due_date", models.DateField()),
                ("rule", models.CharField(max_length=300)),
                ("held_until", models.DateField(null=True)),
                ("held_reason", models.CharField(blank=True, default="", max_length=500)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("done_at", None)), fields=["due_date"], name="destruction_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "record_class"), name="destruction_is_planned_once"),
                    models.CheckConstraint(condition=models.Q(("record_class__in", ["marketing", "account", "operational", "clinical", "audit"])), name="destruction_class_is_known"),
                    models.CheckConstraint(condition=models.Q(models.Q(("held_reason", ""), ("held_until__isnull", True)), models.Q(("held_until__isnull", False), models.Q(("held_reason", ""), _negated=True)), _connector="OR"), name="destruction_is_held_for_a_reason"),
                ],
            },
        ),
        migrations.RunSQL(_DOOR.replace("%%", "%"), _NO_DOOR),
        migrations.RunSQL(_guards(_BUT_STATEMENT, _BUT_ROW), _guards("", "")),
    ]
