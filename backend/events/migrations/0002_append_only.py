from django.db import migrations


class Migration(migrations.Migration):
    """What is written here is never changed nor removed."""

    dependencies = [("common", "0002_append_only_trigger"), ("events", "0001_event_log")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER events_domainevent_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_domainevent
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
            """,
            "DROP TRIGGER events_domainevent_is_append_only ON events_domainevent",
        )
    ]
