import backend.common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# The first signature writes it into the draft; from then on the row stays as it is, and a further version is added.
_AMENDED_ONLY = """
    CREATE FUNCTION check_assessment_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'assessment % is signed', OLD.assessment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_is_amended_only';
    END $$;
    CREATE TRIGGER assessment_is_amended_only BEFORE UPDATE OR DELETE ON care_assessmentversion
        FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION check_assessment_change();
"""
_CHANGED_AT_WILL = """
    DROP TRIGGER assessment_is_amended_only ON care_assessmentversion;
    DROP FUNCTION check_assessment_change()
"""


class Migration(migrations.Migration):
    """What physiotherapists find and decide before a treatment, signed and then amended only (D7, D8)."""

    dependencies = [
        ('appointments', '0009_series'),
        ('care', '0002_advice_and_check_ins'),
        ('clinics', '0006_second_factor_may_be_wanted'),
        ('patients', '0006_clearances_of_assessments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('appointment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='appointments.appointment')),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='patients.patient')),
            ],
        ),
        migrations.CreateModel(
            name='AssessmentVersion',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('region', models.CharField(choices=[('lower_back', 'Lower Back'), ('neck', 'Neck'), ('shoulder', 'Shoulder'), ('hip', 'Hip'), ('other', 'Other')], max_length=20)),
                ('autonomic_tests', models.TextField(blank=True, default='', max_length=4000)),
                ('palpation', models.TextField(blank=True, default='', max_length=4000)),
                ('movement_screen', models.TextField(blank=True, default='', max_length=4000)),
                ('trigger_points', models.JSONField(default=list)),
                ('tight_muscles', models.JSONField(default=list)),
                ('general_health', models.CharField(choices=[('not_stated', 'Not Stated'), ('good', 'Good'), ('fair', 'Fair'), ('poor', 'Poor')], default='not_stated', max_length=10)),
                ('healing_response', models.CharField(choices=[('not_stated', 'Not Stated'), ('good', 'Good'), ('fair', 'Fair'), ('poor', 'Poor')], default='not_stated', max_length=10)),
                ('nerve_state', models.CharField(choices=[('not_stated', 'Not Stated'), ('good', 'Good'), ('fair', 'Fair'), ('poor', 'Poor')], default='not_stated', max_length=10)),
                ('extent', models.CharField(choices=[('not_stated', 'Not Stated'), ('none', 'None'), ('mild', 'Mild'), ('moderate', 'Moderate'), ('severe', 'Severe')], default='not_stated', max_length=10)),
                ('severity', models.CharField(choices=[('not_stated', 'Not Stated'), ('none', 'None'), ('mild', 'Mild'), ('moderate', 'Moderate'), ('severe', 'Severe')], default='not_stated', max_length=10)),
                ('scar_tissue', models.CharField(choices=[('not_stated', 'Not Stated'), ('none', 'None'), ('mild', 'Mild'), ('moderate', 'Moderate'), ('severe', 'Severe')], default='not_stated', max_length=10)),
                ('age_years', models.PositiveSmallIntegerField(null=True)),
                ('outcome', models.CharField(choices=[('undecided', 'Undecided'), ('candidate', 'Candidate'), ('not_a_candidate', 'Not A Candidate'), ('refer_on', 'Refer On')], default='undecided', max_length=15)),
                ('conclusion', models.TextField(blank=True, default='', max_length=4000)),
                ('signed_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('assessment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='care.assessment')),
                ('signed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(condition=models.Q(('appointment__isnull', False)), fields=('appointment',), name='assessment_is_one_of_a_visit'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.UniqueConstraint(fields=('assessment', 'number'), name='assessment_version_is_counted_once'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('region__in', ['lower_back', 'neck', 'shoulder', 'hip', 'other'])), name='assessment_region_is_known'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['undecided', 'candidate', 'not_a_candidate', 'refer_on'])), name='assessment_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('general_health__in', ['not_stated', 'good', 'fair', 'poor'])), name='assessment_general_health_is_known'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('healing_response__in', ['not_stated', 'good', 'fair', 'poor'])), name='assessment_healing_response_is_known'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('nerve_state__in', ['not_stated', 'good', 'fair', 'poor'])), name='assessment_nerve_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('extent__in', ['not_stated', 'none', 'mild', 'moderate', 'severe'])), name='assessment_extent_is_known'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', ['not_stated', 'none', 'mild', 'moderate', 'severe'])), name='assessment_severity_is_known'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('scar_tissue__in', ['not_stated', 'none', 'mild', 'moderate', 'severe'])), name='assessment_scar_tissue_is_known'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='assessment_is_signed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('signed_at__isnull', True), models.Q(models.Q(('autonomic_tests', ''), _negated=True), models.Q(('palpation', ''), _negated=True), models.Q(('movement_screen', ''), _negated=True), models.Q(('outcome', 'undecided'), _negated=True)), _connector='OR'), name='assessment_is_whole_when_signed'),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('reason', '')), models.Q(('number__gt', 1), ('signed_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='assessment_is_amended_for_a_reason'),
        ),
        migrations.RunSQL(_AMENDED_ONLY, _CHANGED_AT_WILL),
    ]
