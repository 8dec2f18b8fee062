from django.db import migrations

TABLE = """
    CREATE TABLE common_stamp (
        owner_id uuid NOT NULL,
        stamp bigint NOT NULL DEFAULT uuid_hash_extended(gen_random_uuid(), 0),
        PRIMARY KEY (owner_id, stamp)
    )
"""
# Written out for each table, so that PostgreSQL keeps the plans; a trigger's transition tables differ by event.
STAMPING = """
    CREATE FUNCTION stamp_changes_of(changed text, VARIADIC owners text[]) RETURNS void LANGUAGE plpgsql AS $make$
    DECLARE
        named text := (SELECT string_agg(format('(%I)', owner), ', ') FROM unnest(owners) AS owner);
        stamping text := 'INSERT INTO common_stamp (owner_id) SELECT DISTINCT v.owner FROM %s, LATERAL (VALUES '
                         || named || ') AS v (owner) WHERE v.owner IS NOT NULL';
        event text;
    BEGIN
        EXECUTE format($body$
            CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN %s; ELSIF TG_OP = 'DELETE' THEN %s; ELSIF TG_OP = 'UPDATE' THEN %s; ELSE %s;
                END IF;
                RETURN NULL;
            END $$
        $body$, 'stamp_' || changed, format(stamping, 'come'), format(stamping, 'gone'),
            format(stamping, '(TABLE come UNION ALL TABLE gone) AS both_sides'), format(stamping, quote_ident(changed)));
        FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
            EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION %I()',
                changed || '_stamps_' || lower(event), event, changed,
                CASE event WHEN 'INSERT' THEN 'NEW TABLE AS come' WHEN 'DELETE' THEN 'OLD TABLE AS gone'
                    ELSE 'OLD TABLE AS gone NEW TABLE AS come' END,
                'stamp_' || changed);
        END LOOP;
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION %I()',
            changed || '_stamps_truncate', changed, 'stamp_' || changed);
    END $make$
"""
NO_MORE = """
    CREATE FUNCTION stamp_no_changes_of(changed text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        event text;
    BEGIN
        FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
            EXECUTE format('DROP TRIGGER %I ON %I', changed || '_stamps_' || event, changed);
        END LOOP;
        EXECUTE format('DROP FUNCTION %I()', 'stamp_' || changed);
    END $$
"""


class Migration(migrations.Migration):
    """Version stamps (R11): whatever changes a row leaves a new stamp with whom the row is about.

    `stamp_changes_of('clinics_room', 'clinic_id')` in an app's own migration puts the triggers on its table.
    """

    dependencies = [("common", "0006_unlogged_budgets")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE common_stamp"),
        migrations.RunSQL(STAMPING, "DROP FUNCTION stamp_changes_of(text, text[])"),
        migrations.RunSQL(NO_MORE, "DROP FUNCTION stamp_no_changes_of(text)"),
    ]
