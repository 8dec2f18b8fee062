
import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    """Visits can be moved, and their history tells what changed."""

    dependencies = [
        ('appointments', '0002_lifecycle_triggers'),
    ]

    operations = [
        migrations.AddField(
            model_name='appointment',
            name='free_ended_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='appointment',
            name='moves_by_patient',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='appointment',
            name='original_date',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='appointment',
            name='reschedule_limit',
            field=models.PositiveSmallIntegerField(db_default=3, default=3),
        ),
        migrations.AddField(
            model_name='appointment',
            name='reschedule_within_days',
            field=models.PositiveSmallIntegerField(db_default=60, default=60),
        ),
        migrations.AddField(
            model_name='transition',
            name='changes',
            field=models.JSONField(db_default={}, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
        ),
    ]
