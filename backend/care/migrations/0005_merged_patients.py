from django.db import migrations

TABLES = ('care_assessment', 'care_course')


class Migration(migrations.Migration):
    """Nothing is entered for a duplicate that another record took in."""

    dependencies = [("care", "0004_courses"), ("patients", "0008_merged_patients")]

    operations = [
        migrations.RunSQL(
            f"SELECT refuse_merged_patients_in('{table}')",  # noqa: S608 (the names above)
            f"SELECT allow_merged_patients_in('{table}')",  # noqa: S608
        )
        for table in TABLES
    ]
