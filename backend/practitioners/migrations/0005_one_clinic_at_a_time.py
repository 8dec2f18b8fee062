import django.contrib.postgres.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    """Extra hours of one date do not overlap hours at another clinic, weekly or extra."""

    dependencies = [("practitioners", "0004_photos_and_evidence")]

    operations = [
        migrations.AddConstraint(
            model_name="extrahours",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("practitioner", "="),
                    ("date", "="),
                    ("clinic", "<>"),
                    (models.Func(models.F("from_minute"), models.F("until_minute"), function="int4range"), "&&"),
                ],
                name="extra_hours_are_at_one_clinic",
            ),
        ),
        # An exclusion constraint sees one table only. Waiting for the practitioner's row first makes writers of the
        # two kinds of hours see each other: the query below takes its snapshot after the wait.
        migrations.RunSQL(
            """
            CREATE FUNCTION check_hours_are_at_one_clinic() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM FROM practitioners_practitioner WHERE id = NEW.practitioner_id FOR NO KEY UPDATE;
                IF EXISTS (
                    SELECT FROM practitioners_workinghours AS weekly
                      JOIN practitioners_extrahours AS extra USING (practitioner_id)
                     WHERE practitioner_id = NEW.practitioner_id
                       AND NEW.id IN (weekly.id, extra.id)
                       AND weekly.clinic_id <> extra.clinic_id
                       AND weekly.weekday = extract(isodow FROM extra.date)
                       AND extra.date BETWEEN weekly.valid_from AND coalesce(weekly.valid_until, 'infinity')
                       AND weekly.from_minute < extra.until_minute
                       AND extra.from_minute < weekly.until_minute
                ) THEN
                    RAISE EXCEPTION 'practitioner % works at another clinic then', NEW.practitioner_id
                        USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'hours_are_at_one_clinic';
                END IF;
                RETURN NULL;
            END $$
            """,
            "DROP FUNCTION check_hours_are_at_one_clinic()",
        ),
        *(
            migrations.RunSQL(
                f"""
                CREATE TRIGGER hours_are_at_one_clinic AFTER INSERT OR UPDATE ON {table}
                    FOR EACH ROW EXECUTE FUNCTION check_hours_are_at_one_clinic()
                """,
                f"DROP TRIGGER hours_are_at_one_clinic ON {table}",
            )
            for table in ("practitioners_workinghours", "practitioners_extrahours")
        ),
    ]
