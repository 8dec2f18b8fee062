from django.db import migrations


class Migration(migrations.Migration):
    """The function behind every append-only table; each app's own migration puts the trigger on its table."""

    dependencies = [("common", "0001_kernel")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_is_append_only';
            END $$
            """,
            "DROP FUNCTION refuse_change()",
        )
    ]
