from django.db import migrations

# Seals of before hold digests of another make: all entries are sealed anew, in their order.
_SEAL_ANEW = """
    ALTER TABLE audit_seal DISABLE TRIGGER USER;
    DELETE FROM audit_seal;
    ALTER TABLE audit_seal ENABLE TRIGGER USER;
    DELETE FROM audit_unsealed;
    INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_auditentry;
"""


class Migration(migrations.Migration):
    """A digest of an entry tells its contents apart, so that these can go when their time is over."""

    dependencies = [("audit", "0004_entries_wait_to_be_sealed")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION audit_contents(before jsonb, after jsonb, reason text) RETURNS bytea
            LANGUAGE sql STABLE PARALLEL SAFE
            RETURN sha256(convert_to(jsonb_build_array(before, after, reason)::text, 'UTF8'));
            """
            + _SEAL_ANEW,
            "DROP FUNCTION audit_contents(jsonb, jsonb, text);" + _SEAL_ANEW,
        )
    ]
