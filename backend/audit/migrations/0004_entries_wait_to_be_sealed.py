from django.db import migrations


class Migration(migrations.Migration):
    """Every entry waits to be sealed, those that are there already too; seals are never changed nor removed."""

    dependencies = [("audit", "0003_purpose_and_seals")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION audit_wait_to_be_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO audit_unsealed (entry_id) SELECT id FROM added;
                RETURN NULL;
            END $$;
            CREATE TRIGGER audit_auditentry_waits_to_be_sealed AFTER INSERT ON audit_auditentry
                REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_wait_to_be_sealed();
            INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_auditentry;
            CREATE TRIGGER audit_seal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            """
            DROP TRIGGER audit_seal_is_append_only ON audit_seal;
            DROP TRIGGER audit_auditentry_waits_to_be_sealed ON audit_auditentry;
            DROP FUNCTION audit_wait_to_be_sealed();
            """,
        )
    ]
