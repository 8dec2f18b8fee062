from django.db import migrations


class Migration(migrations.Migration):
    """What is written here is never changed nor removed."""

    dependencies = [("common", "0002_append_only_trigger"), ("audit", "0001_audit_log")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER audit_auditentry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditentry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
            """,
            "DROP TRIGGER audit_auditentry_is_append_only ON audit_auditentry",
        )
    ]
