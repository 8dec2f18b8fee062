from django.db import migrations, models


class Migration(migrations.Migration):
    """Screenings that wait for a physiotherapist, or run out before a visit, are something to see to."""

    dependencies = [
        ('tasks', '0003_visits_at_risk'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='task',
            name='task_kind_is_known',
        ),
        migrations.AlterField(
            model_name='task',
            name='kind',
            field=models.CharField(choices=[('credential_expiring', 'Credential Expiring'), ('visit_unresolved', 'Visit Unresolved'), ('visit_at_risk', 'Visit At Risk'), ('visit_time_conflict', 'Visit Time Conflict'), ('screening_review', 'Screening Review'), ('screening_due', 'Screening Due')], max_length=30),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['credential_expiring', 'visit_unresolved', 'visit_at_risk', 'visit_time_conflict', 'screening_review', 'screening_due'])), name='task_kind_is_known'),
        ),
    ]
