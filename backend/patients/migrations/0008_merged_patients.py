import django.db.models.deletion
from django.db import migrations, models

# The lock waits for a merge in flight: it holds the row, and what comes after sees it merged.
NOT_MERGED = """
    CREATE FUNCTION check_patient_is_not_merged() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        into_id uuid;
    BEGIN
        SELECT merged_into_id INTO into_id FROM patients_patient WHERE id = NEW.patient_id FOR KEY SHARE;
        IF into_id IS NOT NULL THEN
            RAISE EXCEPTION 'patient % was merged into %', NEW.patient_id, into_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'patient_is_not_merged';
        END IF;
        RETURN NEW;
    END $$
"""
# An app's own migration puts the trigger on its tables.
REFUSE = """
    CREATE FUNCTION refuse_merged_patients_in(changed text) RETURNS void LANGUAGE plpgsql AS $make$
    BEGIN
        EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OF patient_id ON %I
            FOR EACH ROW EXECUTE FUNCTION check_patient_is_not_merged()', changed || '_patient_is_not_merged', changed);
    END $make$
"""
ALLOW = """
    CREATE FUNCTION allow_merged_patients_in(changed text) RETURNS void LANGUAGE plpgsql AS $make$
    BEGIN
        EXECUTE format('DROP TRIGGER %I ON %I', changed || '_patient_is_not_merged', changed);
    END $make$
"""
TABLES = (
    "patients_clearance",
    "patients_consent",
    "patients_guardianship",
    "patients_guardianinvitation",
    "patients_reviewpoint",
    "patients_screening",
)


class Migration(migrations.Migration):
    """A duplicate says which record took it in, and nothing is entered for it any more."""

    dependencies = [("patients", "0007_guardians_have_scopes_and_an_end")]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="patients.patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True), models.Q(("merged_into", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="patient_is_merged_into_another",
            ),
        ),
        migrations.RunSQL(NOT_MERGED, "DROP FUNCTION check_patient_is_not_merged()"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION refuse_merged_patients_in(text)"),
        migrations.RunSQL(ALLOW, "DROP FUNCTION allow_merged_patients_in(text)"),
        *(
            migrations.RunSQL(
                f"SELECT refuse_merged_patients_in('{table}')",  # noqa: S608 (the names above)
                f"SELECT allow_merged_patients_in('{table}')",  # noqa: S608
            )
            for table in TABLES
        ),
    ]
