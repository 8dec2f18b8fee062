import backend.common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What patients are asked and answer before needling, and what they agree to."""

    dependencies = [
        ('common', '0007_version_stamps'),
        ('clinics', '0005_services_ask_for_screening_and_consent'),
        ('patients', '0003_patient_external_ref'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('title_fr', models.CharField(max_length=120)),
                ('body', models.TextField(max_length=8000)),
                ('body_fr', models.TextField(max_length=8000)),
                ('superseded_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.service')),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('given_at', models.DateTimeField()),
                ('party', models.CharField(choices=[('patient', 'Patient'), ('guardian', 'Guardian'), ('staff', 'Staff')], max_length=10)),
                ('signed_by_name', models.CharField(max_length=200)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('given_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='patients.patient')),
                ('revoked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.consenttext')),
            ],
        ),
        migrations.CreateModel(
            name='Screening',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('questionnaire_version', models.PositiveIntegerField()),
                ('answers', models.JSONField()),
                ('outcome', models.CharField(choices=[('clear', 'Clear'), ('ask_clinician', 'Ask Clinician'), ('blocked', 'Blocked')], max_length=15)),
                ('valid_until', models.DateField()),
                ('answered_at', models.DateTimeField()),
                ('party', models.CharField(choices=[('patient', 'Patient'), ('guardian', 'Guardian'), ('staff', 'Staff')], max_length=10)),
                ('cleared_at', models.DateTimeField(null=True)),
                ('cleared_reason', models.CharField(blank=True, default='', max_length=500)),
                ('superseded_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cleared_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='screenings', to='patients.patient')),
            ],
        ),
        migrations.CreateModel(
            name='ScreeningQuestionnaire',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('version', models.PositiveIntegerField()),
                ('validity_days', models.PositiveSmallIntegerField()),
                ('questions', models.JSONField()),
                ('created_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.UniqueConstraint(fields=('service', 'version'), name='consent_text_version_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('service',), name='consent_text_is_current_once'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('patient', 'text'), name='consent_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('party__in', ['patient', 'guardian', 'staff'])), name='consent_party_is_known'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='consent_is_revoked_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='screening',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('patient',), name='screening_is_current_once'),
        ),
        migrations.AddConstraint(
            model_name='screening',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['clear', 'ask_clinician', 'blocked'])), name='screening_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='screening',
            constraint=models.CheckConstraint(condition=models.Q(('party__in', ['patient', 'guardian', 'staff'])), name='screening_party_is_known'),
        ),
        migrations.AddConstraint(
            model_name='screening',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cleared_at__isnull', True), ('cleared_by__isnull', True), ('cleared_reason', '')), models.Q(('cleared_at__isnull', False), ('cleared_by__isnull', False), ('outcome', 'ask_clinician'), models.Q(('cleared_reason', ''), _negated=True)), _connector='OR'), name='screening_is_cleared_by_somebody_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='screeningquestionnaire',
            constraint=models.UniqueConstraint(fields=('version',), name='questionnaire_version_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='screeningquestionnaire',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 2)), name='questionnaire_follows_the_standard'),
        ),
        migrations.AddConstraint(
            model_name='screeningquestionnaire',
            constraint=models.CheckConstraint(condition=models.Q(('validity_days__range', (1, 365))), name='questionnaire_validity_is_sane'),
        ),
        migrations.RunSQL("SELECT stamp_changes_of('patients_screening', 'patient_id')", "SELECT stamp_no_changes_of('patients_screening')"),
        migrations.RunSQL("SELECT stamp_changes_of('patients_consent', 'patient_id')", "SELECT stamp_no_changes_of('patients_consent')"),
        migrations.RunSQL("SELECT stamp_changes_of('patients_consenttext', 'service_id')", "SELECT stamp_no_changes_of('patients_consenttext')"),
    ]
