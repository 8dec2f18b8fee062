import backend.common.ids
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Visits that were booked together know it; they are of the patient and the service of their series."""

    dependencies = [
        ('appointments', '0008_starts_are_offered_once'),
        ('clinics', '0004_reschedule_limits'),
        ('patients', '0003_patient_external_ref'),
        ('practitioners', '0005_one_clinic_at_a_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('conflicts', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('booked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='patients.patient')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.service')),
            ],
        ),
        migrations.AddField(
            model_name='appointment',
            name='series',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', db_constraint=False, to='appointments.series'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(condition=models.Q(('series__isnull', False)), fields=['series', 'starts_at'], name='appointment_by_series'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.UniqueConstraint(fields=('id', 'patient', 'service'), name='series_is_of_one_patient_and_service'),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_is_of_its_series
                FOREIGN KEY (series_id, patient_id, service_id)
                REFERENCES appointments_series (id, patient_id, service_id) DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE appointments_appointment DROP CONSTRAINT appointment_is_of_its_series",
        ),
    ]
