import backend.common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


_MUSCLES = """
    CREATE FUNCTION session_muscles_are_sound(muscles jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE WHEN jsonb_typeof(muscles) <> 'array' THEN false ELSE
            jsonb_array_length(muscles) <= 40 AND NOT EXISTS (
                SELECT FROM jsonb_array_elements(muscles) AS one
                WHERE jsonb_typeof(one -> 'name') IS DISTINCT FROM 'string'
                   OR length(one ->> 'name') NOT BETWEEN 1 AND 80
                   OR jsonb_typeof(one -> 'twitch_obtained') IS DISTINCT FROM 'boolean'
            )
        END
    $$
"""
# A signed record changes only together with the amendment that keeps what it said.
_AMENDED_ONLY = """
    CREATE FUNCTION check_session_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE'
            AND (NEW.id, NEW.appointment_id, NEW.status, NEW.signed_at, NEW.signed_by_id)
                = (OLD.id, OLD.appointment_id, OLD.status, OLD.signed_at, OLD.signed_by_id)
            AND NEW.amendment_count = OLD.amendment_count + 1
            AND EXISTS (
                SELECT FROM care_sessionrecordamendment
                WHERE record_id = NEW.id AND number = NEW.amendment_count
            )
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'session record % is signed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_record_is_amended_only';
    END $$;
    CREATE TRIGGER session_record_is_amended_only BEFORE UPDATE OR DELETE ON care_sessionrecord
        FOR EACH ROW WHEN (OLD.status = 'signed') EXECUTE FUNCTION check_session_record_change();
"""
_OF_A_VISIT = """
    CREATE FUNCTION check_session_record_visit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM appointments_appointment
            WHERE id = NEW.appointment_id AND status IN ('checked_in', 'in_progress', 'completed')
        ) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'appointment % does not take place', NEW.appointment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_record_is_of_a_visit_that_takes_place';
    END $$;
    CREATE TRIGGER session_record_is_of_a_visit_that_takes_place BEFORE INSERT OR UPDATE OF appointment_id, status
        ON care_sessionrecord FOR EACH ROW EXECUTE FUNCTION check_session_record_visit();
"""
_APPEND_ONLY = """
    CREATE TRIGGER care_sessionrecordamendment_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON care_sessionrecordamendment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


class Migration(migrations.Migration):
    """What was done in a session, and how it was amended once signed (D12)."""

    initial = True

    dependencies = [
        ('appointments', '0009_series'),
        ('common', '0002_append_only_trigger'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(_MUSCLES, "DROP FUNCTION session_muscles_are_sound(jsonb)"),
        migrations.CreateModel(
            name='SessionRecord',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('signed', 'Signed')], default='draft', max_length=10)),
                ('is_sterilised', models.BooleanField(null=True)),
                ('muscles', models.JSONField(default=list)),
                ('needles_in', models.PositiveSmallIntegerField(null=True)),
                ('needles_out', models.PositiveSmallIntegerField(null=True)),
                ('pain_before', models.PositiveSmallIntegerField(null=True)),
                ('pain_after', models.PositiveSmallIntegerField(null=True)),
                ('function_score', models.PositiveSmallIntegerField(null=True)),
                ('note', models.TextField(blank=True, default='', max_length=4000)),
                ('signed_at', models.DateTimeField(null=True)),
                ('amendment_count', models.PositiveSmallIntegerField(default=0)),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='session_record', to='appointments.appointment')),
                ('signed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SessionRecordAmendment',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=500)),
                ('before', models.JSONField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='care.sessionrecord')),
            ],
        ),
        migrations.AddConstraint(
            model_name='sessionrecord',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'signed'])), name='session_record_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecord',
            constraint=models.CheckConstraint(condition=models.Q(('pain_before__lte', 10)), name='session_record_pain_before_is_to_ten'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecord',
            constraint=models.CheckConstraint(condition=models.Q(('pain_after__lte', 10)), name='session_record_pain_after_is_to_ten'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecord',
            constraint=models.CheckConstraint(condition=models.Q(('function_score__lte', 10)), name='session_record_function_score_is_to_ten'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecord',
            constraint=models.CheckConstraint(condition=models.Func(models.F('muscles'), function='session_muscles_are_sound', output_field=models.BooleanField()), name='session_record_muscles_are_named'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True), ('status', 'draft')), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), ('status', 'signed')), _connector='OR'), name='session_record_is_signed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecord',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), models.Q(('is_sterilised__isnull', False), ('needles_in__isnull', False), ('needles_out__isnull', False), ('pain_after__isnull', False), ('pain_before__isnull', False), models.Q(('muscles', []), _negated=True)), _connector='OR'), name='session_record_is_whole_when_signed'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecord',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('needles_in', models.F('needles_out')), _connector='OR'), name='session_record_leaves_no_needle'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecordamendment',
            constraint=models.UniqueConstraint(fields=('record', 'number'), name='session_record_amendment_is_counted_once'),
        ),
        migrations.RunSQL(
            _AMENDED_ONLY,
            "DROP TRIGGER session_record_is_amended_only ON care_sessionrecord;"
            "DROP FUNCTION check_session_record_change()",
        ),
        migrations.RunSQL(
            _OF_A_VISIT,
            "DROP TRIGGER session_record_is_of_a_visit_that_takes_place ON care_sessionrecord;"
            "DROP FUNCTION check_session_record_visit()",
        ),
        migrations.RunSQL(
            _APPEND_ONLY, "DROP TRIGGER care_sessionrecordamendment_is_append_only ON care_sessionrecordamendment"
        ),
    ]
