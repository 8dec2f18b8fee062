from django.db import migrations


class Migration(migrations.Migration):
    """Nothing new is booked for who has closed their account; what is booked already goes on."""

    dependencies = [("appointments", "0010_merged_patients")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION check_appointment_patient() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (
                    SELECT FROM patients_patient p JOIN accounts_user u ON u.id = p.user_id
                    WHERE p.id = NEW.patient_id AND NOT u.is_active
                ) THEN
                    RAISE EXCEPTION 'the account of patient % is closed', NEW.patient_id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_patient_has_not_closed';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER appointment_patient_has_not_closed BEFORE INSERT ON appointments_appointment
                FOR EACH ROW WHEN (NEW.status IN ('held', 'booked')) EXECUTE FUNCTION check_appointment_patient();
            """,
            """
            DROP TRIGGER appointment_patient_has_not_closed ON appointments_appointment;
            DROP FUNCTION check_appointment_patient();
            """,
        )
    ]
