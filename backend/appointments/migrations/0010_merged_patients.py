from django.db import migrations

TABLES = ('appointments_series', 'appointments_appointment', 'appointments_waitlistentry')


class Migration(migrations.Migration):
    """Nothing is entered for a duplicate that another record took in."""

    dependencies = [("appointments", "0009_series"), ("patients", "0008_merged_patients")]

    operations = [
        migrations.RunSQL(
            f"SELECT refuse_merged_patients_in('{table}')",  # noqa: S608 (the names above)
            f"SELECT allow_merged_patients_in('{table}')",  # noqa: S608
        )
        for table in TABLES
    ]
