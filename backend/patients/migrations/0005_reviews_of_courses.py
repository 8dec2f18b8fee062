import backend.common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Booking knows when a course of treatment waits for its review."""

    dependencies = [
        ('clinics', '0006_second_factor_may_be_wanted'),
        ('patients', '0004_screenings_and_consents'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewPoint',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('course_id', models.UUIDField()),
                ('due_after_id', models.UUIDField(null=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='patients.patient')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('course_id',), name='review_point_is_of_one_course')],
            },
        ),
        migrations.RunSQL("SELECT stamp_changes_of('patients_reviewpoint', 'patient_id')", "SELECT stamp_no_changes_of('patients_reviewpoint')"),
    ]
