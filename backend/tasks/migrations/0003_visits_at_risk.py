from django.db import migrations, models

KINDS = [
    ("credential_expiring", "Credential Expiring"),
    ("visit_unresolved", "Visit Unresolved"),
    ("visit_at_risk", "Visit At Risk"),
    ("visit_time_conflict", "Visit Time Conflict"),
]


class Migration(migrations.Migration):
    """Visits that set-up no longer covers are something to see to."""

    dependencies = [("tasks", "0002_visit_time_conflict")]

    operations = [
        migrations.AlterField(
            model_name="task", name="kind", field=models.CharField(choices=KINDS, max_length=30)
        ),
        migrations.RemoveConstraint(model_name="task", name="task_kind_is_known"),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _ in KINDS]), name="task_kind_is_known"
            ),
        ),
    ]
