
from django.db import migrations, models


class Migration(migrations.Migration):
    """How often and how far patients may move a visit."""

    dependencies = [
        ('clinics', '0003_clinic_external_ref'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='reschedule_limit',
            field=models.PositiveSmallIntegerField(db_default=3, default=3),
        ),
        migrations.AddField(
            model_name='clinic',
            name='reschedule_within_days',
            field=models.PositiveSmallIntegerField(db_default=60, default=60),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(('reschedule_limit__lte', 100), ('reschedule_within_days__lte', 730)), name='clinic_reschedule_limits_are_sane'),
        ),
    ]
