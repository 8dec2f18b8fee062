from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The name of a patient in the system it came from, by which an import finds it again."""

    dependencies = [("patients", "0002_finding_patients")]

    operations = [
        migrations.AddField("patient", "external_ref", models.CharField(blank=True, max_length=100, null=True)),
        migrations.AddConstraint(
            "patient",
            models.UniqueConstraint(
                fields=["external_ref"], condition=Q(external_ref__isnull=False), name="patient_external_ref_is_unique"
            ),
        ),
    ]
