import django.db.models.functions.comparison
from django.db import migrations, models
from django.db.models import F, Func, TextField

# Decomposed, so that an accent is a character of its own and can be dropped; then without blanks and punctuation.
# Letters that no accent makes out of others are spelt as people without them on the keyboard do.
_CREATE = r"""
    CREATE FUNCTION name_key(first text, second text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(
        replace(replace(replace(
            translate(lower(normalize(first || second, NFKD)), 'øØłŁđĐıŒÆ', 'oollddiœæ'),
        'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'),
        '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f]', '', 'g')
"""


def _key(first: str, second: str) -> models.Func:
    key = Func(F(first), F(second), function="name_key", output_field=TextField())
    return django.db.models.functions.comparison.Collate(key, "C")


class Migration(migrations.Migration):
    """Patients are found by name whatever its spelling, and by exact e-mail, phone and birth date."""

    dependencies = [("patients", "0001_patients")]

    operations = [
        migrations.RunSQL(_CREATE, "DROP FUNCTION name_key(text, text)"),
        migrations.AddIndex("patient", models.Index(_key("family_name", "given_name"), name="patient_by_family_name")),
        migrations.AddIndex("patient", models.Index(_key("given_name", "family_name"), name="patient_by_given_name")),
        migrations.AddIndex("patient", models.Index(fields=["email"], name="patient_by_email")),
        migrations.AddIndex("patient", models.Index(fields=["phone"], name="patient_by_phone")),
        migrations.AddIndex("patient", models.Index(fields=["birth_date"], name="patient_by_birth_date")),
    ]
