from django.db import migrations, models


_STAYS = """
    CREATE FUNCTION check_cold_or_heat() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'clinic % has chosen', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clinic_cold_or_heat_stays_chosen';
    END $$;
    CREATE TRIGGER clinic_cold_or_heat_stays_chosen BEFORE UPDATE OF cold_or_heat ON clinics_clinic
        FOR EACH ROW WHEN (OLD.cold_or_heat <> 'undecided' AND NEW.cold_or_heat = 'undecided')
        EXECUTE FUNCTION check_cold_or_heat();
"""


class Migration(migrations.Migration):
    """A clinic chooses whether patients use cold or heat after needles (D20); a trigger keeps it chosen."""

    dependencies = [
        ('clinics', '0006_second_factor_may_be_wanted'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='cold_or_heat',
            field=models.CharField(choices=[('undecided', 'Undecided'), ('cold', 'Cold'), ('heat', 'Heat')], db_default='undecided', default='undecided', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(('cold_or_heat__in', ['undecided', 'cold', 'heat'])), name='clinic_cold_or_heat_is_known'),
        ),
        migrations.RunSQL(
            _STAYS,
            "DROP TRIGGER clinic_cold_or_heat_stays_chosen ON clinics_clinic; DROP FUNCTION check_cold_or_heat()",
        ),
    ]
