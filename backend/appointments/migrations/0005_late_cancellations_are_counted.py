from django.db import migrations, models


class Migration(migrations.Migration):
    """A visit knows whether it was cancelled late; of those cancelled before, whoever was asked for a fee was late."""

    dependencies = [("appointments", "0004_holds_are_extended")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="cancelled_late",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(
            """
            UPDATE appointments_appointment SET cancelled_late = true
            WHERE status = 'cancelled' AND cancellation_fee_minor > 0
            """,
            migrations.RunSQL.noop,
        ),
    ]
