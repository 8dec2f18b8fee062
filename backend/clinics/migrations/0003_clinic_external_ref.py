from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The name of a clinic in the system it came from, by which an import finds it again."""

    dependencies = [("clinics", "0002_member_versions_and_no_show_rule")]

    operations = [
        migrations.AddField("clinic", "external_ref", models.CharField(blank=True, max_length=100, null=True)),
        migrations.AddConstraint(
            "clinic",
            models.UniqueConstraint(
                fields=["external_ref"], condition=Q(external_ref__isnull=False), name="clinic_external_ref_is_unique"
            ),
        ),
    ]
