import backend.common.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


_LINES = """
    CREATE FUNCTION advice_lines_are_sound(lines jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE WHEN jsonb_typeof(lines) <> 'array' THEN false ELSE
            jsonb_array_length(lines) BETWEEN 1 AND 20 AND NOT EXISTS (
                SELECT FROM jsonb_array_elements(lines) AS one
                WHERE length(one ->> 'topic') > 0 IS NOT TRUE
                   OR length(one ->> 'text') > 0 IS NOT TRUE
                   OR length(one ->> 'text_fr') > 0 IS NOT TRUE
            )
        END
    $$
"""
# A version is never changed, only followed; and the choice of a clinic, once made, is never undone.
_STEPS = """
    CREATE FUNCTION check_advice_step() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.clinic_id, NEW.service_id, NEW.region, NEW.version, NEW.lines)
            <> (OLD.clinic_id, OLD.service_id, OLD.region, OLD.version, OLD.lines)
            OR NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
                ('draft', 'approved'), ('approved', 'active'), ('active', 'retired')
            )
        THEN
            RAISE EXCEPTION 'version % of advice is not changed', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'advice_is_followed_not_changed';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER advice_is_followed_not_changed BEFORE UPDATE ON care_advicetemplate
        FOR EACH ROW EXECUTE FUNCTION check_advice_step();
    CREATE FUNCTION check_advice_choice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM clinics_clinic WHERE id = NEW.clinic_id AND cold_or_heat <> 'undecided') THEN
            RAISE EXCEPTION 'clinic % has chosen neither cold nor heat', NEW.clinic_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'advice_needs_cold_or_heat';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER advice_needs_cold_or_heat BEFORE INSERT OR UPDATE OF status ON care_advicetemplate
        FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION check_advice_choice();
"""


class Migration(migrations.Migration):
    """What patients are told after a visit, in versions, and how they say they are (D18 to D21)."""

    dependencies = [
        ('appointments', '0009_series'),
        ('care', '0001_session_records'),
        ('clinics', '0007_cold_or_heat'),
        ('practitioners', '0005_one_clinic_at_a_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(_LINES, "DROP FUNCTION advice_lines_are_sound(jsonb)"),
        migrations.CreateModel(
            name='AdviceTemplate',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('region', models.CharField(choices=[('any', 'Any'), ('lower_back', 'Lower Back'), ('neck', 'Neck'), ('shoulder', 'Shoulder'), ('hip', 'Hip'), ('other', 'Other')], max_length=20)),
                ('version', models.PositiveSmallIntegerField()),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved'), ('active', 'Active'), ('retired', 'Retired')], default='draft', max_length=10)),
                ('lines', models.JSONField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('activated_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practitioners.practitioner')),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('drafted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'service', 'region', 'version'), name='advice_version_is_given_once'), models.UniqueConstraint(condition=models.Q(('status', 'active')), fields=('clinic', 'service', 'region'), name='advice_is_in_use_once'), models.CheckConstraint(condition=models.Q(('region__in', ['any', 'lower_back', 'neck', 'shoulder', 'hip', 'other'])), name='advice_region_is_known'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'approved', 'active', 'retired'])), name='advice_status_is_known'), models.CheckConstraint(condition=models.Func(models.F('lines'), function='advice_lines_are_sound', output_field=models.BooleanField()), name='advice_lines_are_in_both_languages'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='advice_is_approved_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('point', models.CharField(choices=[('after_24_hours', 'After 24 Hours'), ('after_48_hours', 'After 48 Hours')], max_length=20)),
                ('soreness', models.PositiveSmallIntegerField()),
                ('is_light_headed', models.BooleanField()),
                ('alarms', models.JSONField(default=list)),
                ('answered_at', models.DateTimeField()),
                ('party', models.CharField(choices=[('patient', 'Patient'), ('guardian', 'Guardian'), ('staff', 'Staff')], max_length=10)),
                ('answered_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('appointment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='appointments.appointment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('appointment', 'point'), name='check_in_is_answered_once'), models.CheckConstraint(condition=models.Q(('point__in', ['after_24_hours', 'after_48_hours'])), name='check_in_point_is_known'), models.CheckConstraint(condition=models.Q(('party__in', ['patient', 'guardian', 'staff'])), name='check_in_party_is_known'), models.CheckConstraint(condition=models.Q(('soreness__lte', 10)), name='check_in_soreness_is_to_ten'), models.CheckConstraint(condition=models.Q(('alarms__contained_by', ['chest_pain', 'short_of_breath', 'fainting', 'fever', 'spreading_redness', 'numbness_or_weakness', 'severe_pain', 'other'])), name='check_in_alarms_are_known')],
            },
        ),
        migrations.CreateModel(
            name='CheckInCall',
            fields=[
                ('id', models.UUIDField(default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('point', models.CharField(choices=[('after_24_hours', 'After 24 Hours'), ('after_48_hours', 'After 48 Hours')], max_length=20)),
                ('appointment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='appointments.appointment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('appointment', 'point'), name='check_in_is_called_for_once'), models.CheckConstraint(condition=models.Q(('point__in', ['after_24_hours', 'after_48_hours'])), name='check_in_call_point_is_known')],
            },
        ),
        migrations.RunSQL(
            _STEPS,
            "DROP TRIGGER advice_needs_cold_or_heat ON care_advicetemplate;"
            "DROP TRIGGER advice_is_followed_not_changed ON care_advicetemplate;"
            "DROP FUNCTION check_advice_choice(); DROP FUNCTION check_advice_step()",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER care_checkin_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
            " ON care_checkin FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
            "DROP TRIGGER care_checkin_is_append_only ON care_checkin",
        ),
    ]
