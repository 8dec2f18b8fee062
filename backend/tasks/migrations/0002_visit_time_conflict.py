from django.db import migrations, models

_KINDS = ['credential_expiring', 'visit_unresolved', 'visit_time_conflict']


class Migration(migrations.Migration):
    """A visit that a change of the law of clocks left without its time is a task."""

    dependencies = [('tasks', '0001_tasks')]

    operations = [
        migrations.AlterField(
            model_name='task',
            name='kind',
            field=models.CharField(choices=[('credential_expiring', 'Credential Expiring'), ('visit_unresolved', 'Visit Unresolved'), ('visit_time_conflict', 'Visit Time Conflict')], max_length=30),
        ),
        migrations.RemoveConstraint(model_name='task', name='task_kind_is_known'),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', _KINDS)), name='task_kind_is_known'),
        ),
    ]
