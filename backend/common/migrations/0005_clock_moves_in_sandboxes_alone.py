from django.db import migrations


class Migration(migrations.Migration):
    """Only connections that say they are a sandbox's read the clock's offset (R12): in production it is not looked at."""

    dependencies = [("common", "0004_budgets")]

    operations = [
        migrations.RunSQL(
            """
            CREATE OR REPLACE FUNCTION domain_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            RETURN clock_timestamp() + CASE WHEN current_setting('evergreen.sandbox', true) = 'on'
                THEN coalesce((SELECT "offset" FROM common_clockoffset), interval '0') ELSE interval '0' END
            """,
            """
            CREATE OR REPLACE FUNCTION domain_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            RETURN clock_timestamp() + coalesce((SELECT "offset" FROM common_clockoffset), interval '0')
            """,
        )
    ]
