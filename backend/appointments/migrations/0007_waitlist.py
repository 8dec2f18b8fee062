import backend.common.ids
import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


_STEPS = """
    CREATE FUNCTION check_waitlist_step() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.status IN ('waiting', 'open') THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND (OLD.status, NEW.status) IN (
            ('waiting', 'offered'), ('offered', 'waiting'), ('offered', 'booked'),
            ('waiting', 'left'), ('offered', 'left'), ('waiting', 'expired'), ('offered', 'expired'),
            ('open', 'accepted'), ('open', 'declined'), ('open', 'expired'), ('open', 'withdrawn')
        ) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'no step to % for % of %', NEW.status, NEW.id, TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'waitlist_step_is_legal';
    END $$
"""


def _judge(table: str) -> list[migrations.RunSQL]:
    """Triggers that refuse births and steps that the lifecycle does not have."""
    return [
        migrations.RunSQL(
            f"""
            CREATE TRIGGER waitlist_birth_is_legal BEFORE INSERT ON {table}
                FOR EACH ROW EXECUTE FUNCTION check_waitlist_step()
            """,
            f"DROP TRIGGER waitlist_birth_is_legal ON {table}",
        ),
        migrations.RunSQL(
            f"""
            CREATE TRIGGER waitlist_step_is_legal BEFORE UPDATE OF status ON {table}
                FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION check_waitlist_step()
            """,
            f"DROP TRIGGER waitlist_step_is_legal ON {table}",
        ),
    ]


class Migration(migrations.Migration):
    """Who waits for a time to become free, in which order, and what was offered."""

    dependencies = [
        ("appointments", "0006_stamped_facts"),
        ("clinics", "0004_reschedule_limits"),
        ("patients", "0003_patient_external_ref"),
        ("practitioners", "0005_one_clinic_at_a_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE waitlist_rank", "DROP SEQUENCE waitlist_rank"),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("offered", "Offered"),
                            ("booked", "Booked"),
                            ("left", "Left"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "day_parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("morning", "Morning"), ("afternoon", "Afternoon"), ("evening", "Evening")],
                            max_length=10,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("missed_offers", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "gives_back",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waitlist_entries",
                        to="patients.patient",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinics.service"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WaitlistOffer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("starts_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinics.clinic"
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="appointments.waitlistentry",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practitioners.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WaitlistPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rank",
                    models.BigIntegerField(db_default=models.Func(models.Value("waitlist_rank"), function="nextval")),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinics.clinic",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="appointments.waitlistentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WaitlistPractitioner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="practitioners",
                        to="appointments.waitlistentry",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practitioners.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WaitlistWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_date", models.DateField()),
                ("last_date", models.DateField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="windows",
                        to="appointments.waitlistentry",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=models.Q(("status__in", ["waiting", "offered"])),
                fields=["status"],
                name="waitlist_entry_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["waiting", "offered"])),
                fields=("patient", "service"),
                name="waitlist_entry_is_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["waiting", "offered", "booked", "left", "expired"])),
                name="waitlist_entry_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["waiting", "offered"]), ("ended_at__isnull", True)),
                    models.Q(
                        models.Q(("status__in", ["waiting", "offered"]), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="waitlist_entry_ends_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7])),
                name="waitlist_weekdays_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("day_parts__contained_by", ["morning", "afternoon", "evening"])),
                name="waitlist_day_parts_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("entry",), name="waitlist_entry_has_one_open_offer"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistoffer",
            constraint=models.UniqueConstraint(fields=("hold",), name="waitlist_hold_is_offered_once"),
        ),
        migrations.AddConstraint(
            model_name="waitlistoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "accepted", "declined", "expired", "withdrawn"])),
                name="waitlist_offer_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="waitlist_offer_closes_at_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="waitlistplace",
            index=models.Index(fields=["clinic", "rank"], name="waitlist_queue"),
        ),
        migrations.AddConstraint(
            model_name="waitlistplace",
            constraint=models.UniqueConstraint(fields=("entry", "clinic"), name="waitlist_place_is_had_once"),
        ),
        migrations.AddConstraint(
            model_name="waitlistplace",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable.IMMEDIATE,
                fields=("rank",),
                name="waitlist_rank_is_had_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistpractitioner",
            constraint=models.UniqueConstraint(
                fields=("entry", "practitioner"), name="waitlist_practitioner_is_named_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_date__gte", models.F("first_date")), ("last_date__isnull", True), _connector="OR"
                ),
                name="waitlist_window_dates_in_order",
            ),
        ),
        migrations.RunSQL(_STEPS, "DROP FUNCTION check_waitlist_step()"),
        *_judge("appointments_waitlistentry"),
        *_judge("appointments_waitlistoffer"),
    ]
