from django.db import migrations, models


class Migration(migrations.Migration):
    """Services may ask for answers to health questions and for a consent; none did before."""

    dependencies = [
        ('clinics', '0004_reschedule_limits'),
    ]

    operations = [
        migrations.AddField(
            model_name='service',
            name='needs_consent',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='service',
            name='needs_screening',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
