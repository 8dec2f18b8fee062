from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The name of a practitioner in the system it came from, by which an import finds it again."""

    dependencies = [("practitioners", "0002_placements_and_credential_steps")]

    operations = [
        migrations.AddField("practitioner", "external_ref", models.CharField(blank=True, max_length=100, null=True)),
        migrations.AddConstraint(
            "practitioner",
            models.UniqueConstraint(
                fields=["external_ref"], condition=Q(external_ref__isnull=False), name="practitioner_external_ref_is_unique"
            ),
        ),
    ]
