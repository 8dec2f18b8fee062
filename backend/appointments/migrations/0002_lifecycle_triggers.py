from django.db import migrations


class Migration(migrations.Migration):
    """The database refuses steps that the lifecycle does not have, and changes to its history."""

    dependencies = [("common", "0002_append_only_trigger"), ("appointments", "0001_appointments")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER appointments_transition_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
                ON appointments_transition FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
            """,
            "DROP TRIGGER appointments_transition_is_append_only ON appointments_transition",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION check_appointment_step() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' AND NEW.status IN ('held', 'booked') THEN
                    RETURN NEW;
                END IF;
                IF TG_OP = 'UPDATE' AND (OLD.status, NEW.status) IN (
                    ('held', 'booked'), ('held', 'expired'),
                    ('booked', 'confirmed'), ('booked', 'checked_in'), ('booked', 'cancelled'), ('booked', 'no_show'),
                    ('confirmed', 'checked_in'), ('confirmed', 'cancelled'), ('confirmed', 'no_show'),
                    ('checked_in', 'in_progress'), ('checked_in', 'cancelled'),
                    ('in_progress', 'completed')
                ) THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'no step to % for appointment %', NEW.status, NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_step_is_legal';
            END $$
            """,
            "DROP FUNCTION check_appointment_step()",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER appointment_born_in_a_legal_state BEFORE INSERT ON appointments_appointment
                FOR EACH ROW EXECUTE FUNCTION check_appointment_step()
            """,
            "DROP TRIGGER appointment_born_in_a_legal_state ON appointments_appointment",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER appointment_step_is_legal BEFORE UPDATE OF status ON appointments_appointment
                FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
                EXECUTE FUNCTION check_appointment_step()
            """,
            "DROP TRIGGER appointment_step_is_legal ON appointments_appointment",
        ),
    ]
