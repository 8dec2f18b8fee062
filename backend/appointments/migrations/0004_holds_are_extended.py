from django.db import migrations, models


class Migration(migrations.Migration):
    """A hold is extended once; when, the row knows."""

    dependencies = [("appointments", "0003_reschedules_and_changes")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="hold_extended_at",
            field=models.DateTimeField(null=True),
        ),
    ]
