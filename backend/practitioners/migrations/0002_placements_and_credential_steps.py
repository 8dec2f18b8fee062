import backend.common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who works where is said outright, and the database refuses steps that a credential's life does not have."""

    dependencies = [
        ("clinics", "0001_clinics_and_services"),
        ("practitioners", "0001_practitioners"),
    ]

    operations = [
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("clinic", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="placements", to="clinics.clinic")),
                ("practitioner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="placements", to="practitioners.practitioner")),
            ],
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(fields=("practitioner", "clinic"), name="placement_is_made_once"),
        ),
        migrations.AddField(
            model_name="offering", name="version", field=models.PositiveIntegerField(default=1, editable=False)
        ),
        migrations.AddField(
            model_name="credential", name="warned_days", field=models.PositiveSmallIntegerField(blank=True, null=True)
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION check_credential_step() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (OLD.status, NEW.status) IN (
                    ('pending', 'verified'), ('pending', 'revoked'), ('verified', 'revoked')
                ) THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'no step to % for credential %', NEW.status, NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_step_is_legal';
            END $$
            """,
            "DROP FUNCTION check_credential_step()",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER credential_step_is_legal BEFORE UPDATE OF status ON practitioners_credential
                FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
                EXECUTE FUNCTION check_credential_step()
            """,
            "DROP TRIGGER credential_step_is_legal ON practitioners_credential",
        ),
        # Last: its foreign keys are checked at the end of the transaction, and tables wait for that.
        migrations.RunSQL(
            """
            INSERT INTO practitioners_placement (id, practitioner_id, clinic_id)
            SELECT gen_random_uuid(), practitioner_id, clinic_id FROM (
                SELECT practitioner_id, clinic_id FROM practitioners_offering
                UNION SELECT practitioner_id, clinic_id FROM practitioners_workinghours
            ) AS works
            """,
            migrations.RunSQL.noop,
        ),
    ]
