from django.db import migrations, models


class Migration(migrations.Migration):
    """Nobody is asked twice for one start, whatever rounds go through the queue at once."""

    dependencies = [
        ('appointments', '0007_waitlist'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='waitlistoffer',
            constraint=models.UniqueConstraint(fields=('entry', 'clinic', 'starts_at'), name='waitlist_start_is_offered_once_to_an_entry'),
        ),
    ]
