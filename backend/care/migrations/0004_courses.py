import backend.common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


STEP = """
    CREATE FUNCTION check_course_step() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.status = 'planned' THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND (OLD.status, NEW.status) IN (
            ('planned', 'active'), ('planned', 'ended_early'), ('active', 'completed'), ('active', 'ended_early')
        ) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'no step to % for course %', NEW.status, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_step_is_legal';
    END $$
"""
OF_PATIENT = """
    CREATE FUNCTION check_course_visit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM care_course c JOIN appointments_appointment a
                       ON a.patient_id = c.patient_id AND a.service_id = c.service_id
                   WHERE c.id = NEW.course_id AND a.id = NEW.appointment_id) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'appointment % is of another patient or service than course %', NEW.appointment_id, NEW.course_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'course_visit_is_of_its_patient_and_service';
    END $$
"""


class Migration(migrations.Migration):
    """Courses of treatment, the visits that are their sessions, and their reviews."""

    dependencies = [
        ('appointments', '0009_series'),
        ('care', '0003_assessments'),
        ('clinics', '0006_second_factor_may_be_wanted'),
        ('patients', '0005_reviews_of_courses'),
        ('practitioners', '0005_one_clinic_at_a_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('region', models.CharField(choices=[('lower_back', 'Lower Back'), ('neck', 'Neck'), ('shoulder', 'Shoulder'), ('hip', 'Hip'), ('other', 'Other')], max_length=20)),
                ('planned_sessions', models.PositiveSmallIntegerField()),
                ('min_gap_days', models.PositiveSmallIntegerField(default=7)),
                ('max_gap_days', models.PositiveSmallIntegerField(default=14)),
                ('review_after_session', models.PositiveSmallIntegerField(default=3)),
                ('status', models.CharField(choices=[('planned', 'Planned'), ('active', 'Active'), ('completed', 'Completed'), ('ended_early', 'Ended Early')], default='planned', max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_reason', models.CharField(choices=[('none', 'None'), ('goal_reached', 'Goal Reached'), ('no_benefit', 'No Benefit'), ('worse', 'Worse'), ('referred_on', 'Referred On'), ('patient_choice', 'Patient Choice'), ('other', 'Other')], default='none', max_length=15)),
                ('closed_note', models.CharField(blank=True, default='', max_length=500)),
                ('clearance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.clearance')),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('closed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='patients.patient')),
                ('practitioner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practitioners.practitioner')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.service')),
            ],
        ),
        migrations.CreateModel(
            name='CourseReview',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('outcome', models.CharField(choices=[('continue', 'Continue'), ('extend', 'Extend'), ('finish', 'Finish')], max_length=10)),
                ('sessions_done', models.PositiveSmallIntegerField()),
                ('planned_sessions', models.PositiveSmallIntegerField()),
                ('note', models.TextField(blank=True, default='', max_length=2000)),
                ('reviewed_at', models.DateTimeField()),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='care.course')),
                ('reviewed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CourseVisit',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('appointment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='course_visits', to='appointments.appointment')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='care.course')),
            ],
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['planned', 'active'])), fields=('patient', 'service', 'region'), name='course_is_open_once'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('region__in', ['lower_back', 'neck', 'shoulder', 'hip', 'other'])), name='course_region_is_known'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'active', 'completed', 'ended_early'])), name='course_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('planned_sessions__range', (1, 60))), name='course_has_a_sane_number_of_sessions'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('max_gap_days__gte', models.F('min_gap_days')), ('max_gap_days__lte', 62), ('min_gap_days__gte', 1)), name='course_gaps_are_in_order'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(('review_after_session__in', [3, 4])), name='course_is_reviewed_after_three_or_four'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True), ('closed_reason', 'none'), ('status__in', ['planned', 'active'])), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('closed_reason__in', ['goal_reached', 'no_benefit', 'worse', 'referred_on', 'patient_choice', 'other']), ('status__in', ['completed', 'ended_early'])), _connector='OR'), name='course_is_closed_by_somebody_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='coursereview',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['continue', 'extend', 'finish'])), name='course_review_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='coursevisit',
            constraint=models.UniqueConstraint(fields=('appointment',), name='visit_is_of_one_course'),
        ),
        migrations.RunSQL(STEP, "DROP FUNCTION check_course_step()"),
        migrations.RunSQL(
            """
            CREATE TRIGGER course_born_in_a_legal_state BEFORE INSERT ON care_course
                FOR EACH ROW EXECUTE FUNCTION check_course_step()
            """,
            "DROP TRIGGER course_born_in_a_legal_state ON care_course",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER course_step_is_legal BEFORE UPDATE OF status ON care_course
                FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION check_course_step()
            """,
            "DROP TRIGGER course_step_is_legal ON care_course",
        ),
        migrations.RunSQL(OF_PATIENT, "DROP FUNCTION check_course_visit()"),
        migrations.RunSQL(
            """
            CREATE TRIGGER course_visit_is_of_its_patient_and_service BEFORE INSERT OR UPDATE ON care_coursevisit
                FOR EACH ROW EXECUTE FUNCTION check_course_visit()
            """,
            "DROP TRIGGER course_visit_is_of_its_patient_and_service ON care_coursevisit",
        ),
    ]
