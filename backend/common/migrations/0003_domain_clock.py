from django.db import migrations


class Migration(migrations.Migration):
    """The domain's clock (R12): PostgreSQL's, moved by the sandbox's offset where there is one.

    clock_timestamp(), since a transaction that waited for a lock must see the time after the wait. STABLE although
    it advances: within one statement any reading will do, and an index may then serve `hold_expires_at < domain_now()`.
    """

    dependencies = [("common", "0002_append_only_trigger")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION domain_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            RETURN clock_timestamp() + coalesce((SELECT "offset" FROM common_clockoffset), interval '0')
            """,
            "DROP FUNCTION domain_now()",
        )
    ]
