from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A course that has come to its review is something to see to."""

    dependencies = [
        ('clinics', '0008_questions_in_versions'),
        ('tasks', '0006_assessments_are_seen_to'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='task',
            name='task_kind_is_known',
        ),
        migrations.AlterField(
            model_name='task',
            name='kind',
            field=models.CharField(choices=[('credential_expiring', 'Credential Expiring'), ('visit_unresolved', 'Visit Unresolved'), ('visit_at_risk', 'Visit At Risk'), ('visit_time_conflict', 'Visit Time Conflict'), ('screening_review', 'Screening Review'), ('screening_due', 'Screening Due'), ('assessment_due', 'Assessment Due'), ('check_in_review', 'Check In Review'), ('check_in_missed', 'Check In Missed'), ('course_review', 'Course Review')], max_length=30),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['credential_expiring', 'visit_unresolved', 'visit_at_risk', 'visit_time_conflict', 'screening_review', 'screening_due', 'assessment_due', 'check_in_review', 'check_in_missed', 'course_review'])), name='task_kind_is_known'),
        ),
    ]
