from django.db import migrations, models

DISCIPLINES = ["physiotherapy", "ims", "massage_therapy"]
ENDED = models.Q(ended_at__isnull=False, ended_reason__in=["reversed", "other"])


class Migration(migrations.Migration):
    """A clearance says for which discipline it is, which assessment found it, and why it ended."""

    dependencies = [("patients", "0005_reviews_of_courses")]

    operations = [
        migrations.RenameField("clearance", "revoked_at", "ended_at"),
        migrations.AlterField("clearance", "ended_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "clearance",
            "ended_reason",
            models.CharField(
                blank=True, choices=[("reversed", "Reversed"), ("other", "Other")], default="", max_length=10
            ),
        ),
        migrations.AddField("clearance", "assessment_id", models.UUIDField(null=True)),
        migrations.AddField(
            "clearance",
            "discipline",
            models.CharField(
                choices=[("physiotherapy", "Physiotherapy"), ("ims", "Ims"), ("massage_therapy", "Massage Therapy")],
                default="ims",
                max_length=20,
            ),
        ),
        migrations.RunSQL(
            "UPDATE patients_clearance SET ended_reason = 'other' WHERE ended_at IS NOT NULL", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            "clearance",
            models.CheckConstraint(
                condition=models.Q(discipline__in=DISCIPLINES), name="clearance_discipline_is_known"
            ),
        ),
        migrations.AddConstraint(
            "clearance",
            models.UniqueConstraint(
                fields=["assessment_id"], condition=models.Q(ended_at__isnull=True), name="clearance_is_live_once"
            ),
        ),
        migrations.AddConstraint(
            "clearance",
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_reason="") | ENDED,
                name="clearance_is_ended_for_a_reason",
            ),
        ),
    ]
