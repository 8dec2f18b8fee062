import importlib

from django.db import migrations

_FIRST = importlib.import_module("backend.privacy.migrations.0003_records_go_when_due")

# Bodies that are read when the function is made: whoever calls it cannot put other tables in their place.
_RULES = """
    -- Only an owner may be told another day than it is, and a sandbox, which only an owner can open.
    CREATE FUNCTION owns_destruction() RETURNS boolean LANGUAGE sql STABLE
    RETURN (SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class
             WHERE oid = 'privacy_destruction'::regclass);

    CREATE FUNCTION destruction_today() RETURNS date LANGUAGE sql STABLE
    RETURN CAST(CASE WHEN owns_destruction() OR to_regprocedure('sandbox.empty_tables()') IS NOT NULL
                     THEN domain_now() ELSE clock_timestamp() END AT TIME ZONE 'UTC' AS date);

    CREATE FUNCTION last_clinical_entry(whose uuid) RETURNS date LANGUAGE sql STABLE BEGIN ATOMIC
        WITH taken AS (SELECT taken_in(whose) AS id),
        visits AS (SELECT a.id, a.ends_at FROM appointments_appointment a JOIN taken t ON t.id = a.patient_id),
        records AS (SELECT r.id, r.updated_at FROM care_sessionrecord r JOIN visits v ON v.id = r.appointment_id),
        courses AS (SELECT c.id, c.opened_at FROM care_course c JOIN taken t ON t.id = c.patient_id)
        SELECT CAST(greatest(
            (SELECT max(ends_at) FROM visits),
            (SELECT max(updated_at) FROM records),
            (SELECT max(opened_at) FROM courses),
            (SELECT max(x.at) FROM appointments_transition x JOIN visits v ON v.id = x.appointment_id),
            (SELECT max(x.answered_at) FROM care_checkin x JOIN visits v ON v.id = x.appointment_id),
            (SELECT max(x.at) FROM care_sessionrecordamendment x JOIN records r ON r.id = x.record_id),
            (SELECT max(x.reviewed_at) FROM care_coursereview x JOIN courses c ON c.id = x.course_id),
            (SELECT max(x.updated_at) FROM care_assessmentversion x JOIN care_assessment a ON a.id = x.assessment_id
               JOIN taken t ON t.id = a.patient_id),
            (SELECT max(x.created_at) FROM patients_clearance x JOIN taken t ON t.id = x.patient_id),
            (SELECT max(x.given_at) FROM patients_consent x JOIN taken t ON t.id = x.patient_id),
            (SELECT max(x.answered_at) FROM patients_screening x JOIN taken t ON t.id = x.patient_id)
        ) AT TIME ZONE 'UTC' AS date);
    END;

    -- The least that any rule of retention asks for; the rules themselves are data of the application.
    CREATE FUNCTION least_due_date(record_class text, patient uuid, closed_on date) RETURNS date LANGUAGE sql STABLE
    RETURN CASE WHEN record_class = 'marketing' THEN closed_on
                WHEN record_class = 'account' THEN closed_on + 30
                WHEN record_class = 'operational' THEN CAST(closed_on + interval '1 year' AS date)
                ELSE CAST(coalesce(last_clinical_entry(patient) + interval '10 years',
                                   closed_on + interval '1 year') AS date) END;
"""
# When the last entry is gone, nothing of it is left to keep: the date that was planned counts alone.
_IS_DUE = """
    CREATE OR REPLACE FUNCTION is_destruction_due(wanted uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (
        SELECT FROM privacy_destruction d JOIN accounts_user u ON u.id = d.user_id AND NOT u.is_active
         WHERE d.id = wanted AND d.done_at IS NULL AND d.due_date <= destruction_today()
           AND (d.held_until IS NULL OR d.held_until < destruction_today())
           AND (d.record_class NOT IN ('clinical', 'audit') OR last_clinical_entry(d.patient_id) IS NULL
                OR last_clinical_entry(d.patient_id) + interval '10 years' <= destruction_today()));

    CREATE FUNCTION is_destroying(of_class text) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (
        SELECT FROM privacy_destruction
         WHERE id = CAST(nullif(current_setting('evergreen.destruction', true), '') AS uuid)
           AND record_class = of_class AND is_destruction_due(id));

    CREATE FUNCTION is_destroying(of_class text, patient uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN is_destroying(of_class) AND EXISTS (
        SELECT FROM privacy_destruction
         WHERE id = CAST(nullif(current_setting('evergreen.destruction', true), '') AS uuid)
           AND patient IN (SELECT taken_in(patient_id)));
"""
_CHECK = """
    CREATE FUNCTION check_destruction() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.done_at IS NULL THEN RETURN OLD; END IF;
        ELSIF TG_OP = 'INSERT' THEN
            IF NEW.done_at IS NULL
                AND EXISTS (SELECT FROM accounts_user WHERE id = NEW.user_id AND NOT is_active)
                AND (NEW.patient_id IS NULL
                     OR EXISTS (SELECT FROM patients_patient WHERE id = NEW.patient_id AND user_id = NEW.user_id))
                AND NEW.closed_on >= destruction_today() - 1
                AND NEW.due_date >= least_due_date(NEW.record_class, NEW.patient_id, NEW.closed_on)
            THEN RETURN NEW; END IF;
        ELSIF OLD.done_at IS NULL
            AND (NEW.id, NEW.user_id, NEW.patient_id, NEW.record_class, NEW.closed_on, NEW.created_at)
                IS NOT DISTINCT FROM
                (OLD.id, OLD.user_id, OLD.patient_id, OLD.record_class, OLD.closed_on, OLD.created_at)
            AND (NEW.due_date >= OLD.due_date OR owns_destruction())
            AND (NEW.done_at IS NULL OR is_destruction_due(OLD.id))
        THEN RETURN NEW;
        END IF;
        RAISE EXCEPTION 'this is no destruction of a closed account that is due by the rules'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'destruction_is_by_the_rules';
    END $$;
    CREATE TRIGGER privacy_destruction_is_by_the_rules BEFORE INSERT OR UPDATE OR DELETE ON privacy_destruction
        FOR EACH ROW EXECUTE FUNCTION check_destruction();
"""
_BUT_STATEMENT = """IF TG_OP = 'DELETE'
                AND TG_TABLE_NAME IN ('appointments_transition', 'care_checkin', 'care_sessionrecordamendment')
                AND is_destroying('clinical')
            OR TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_auditentry' AND is_destroying('audit')
        THEN
            RETURN NULL;
        END IF;"""
_BUT_ROW = """IF TG_OP = 'DELETE' AND is_destroying('clinical', (SELECT patient_id FROM {} WHERE id = OLD.{}))
        THEN
            RETURN OLD;
        END IF;"""
_GUARDS = (
    _FIRST._REFUSE.format(but=_BUT_STATEMENT)
    + _FIRST._ASSESSMENT.format(but=_BUT_ROW.format("care_assessment", "assessment_id"))
    + _FIRST._SESSION.format(but=_BUT_ROW.format("appointments_appointment", "appointment_id"))
).replace("%%", "%").replace("LANGUAGE plpgsql AS", "LANGUAGE plpgsql SET search_path = public, pg_temp AS")
_DOORS = ("destroy_written(uuid, text)", "blank_entries(uuid)")
_CLOSED = "".join(f"REVOKE EXECUTE ON FUNCTION {door} FROM PUBLIC;" for door in _DOORS)
_OPEN = "".join(f"GRANT EXECUTE ON FUNCTION {door} TO PUBLIC;" for door in _DOORS)
# As the third migration made them, to go back to.
_IS_DUE_ONCE, _IS_DESTROYING_ONCE = _FIRST._DOOR.split(";")[:2]
_BACK = (
    _IS_DUE_ONCE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + f";{_IS_DESTROYING_ONCE};"
    + _FIRST._guards(_FIRST._BUT_STATEMENT, _FIRST._BUT_ROW)
    + _OPEN
    + """
    DROP TRIGGER privacy_destruction_is_by_the_rules ON privacy_destruction;
    DROP FUNCTION check_destruction();
    DROP FUNCTION is_destroying(text, uuid);
    DROP FUNCTION is_destroying(text);
    DROP FUNCTION least_due_date(text, uuid, date);
    DROP FUNCTION last_clinical_entry(uuid);
    DROP FUNCTION destruction_today();
    DROP FUNCTION owns_destruction();
"""
)


class Migration(migrations.Migration):
    """What was written for good goes by no word of the API's role: not by a row of its own, nor by a clock it moved."""

    dependencies = [
        ("accounts", "0006_sessions_are_proved"),
        ("privacy", "0004_duplicates_go_with_the_survivor"),
    ]

    operations = [
        migrations.RunSQL(
            _RULES + _IS_DUE + _CHECK + _GUARDS + "DROP FUNCTION is_destroying();" + _CLOSED,
            _BACK,
        ),
    ]
