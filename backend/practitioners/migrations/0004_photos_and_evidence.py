from django.db import migrations, models


class Migration(migrations.Migration):
    """Rows name the files that belong to them."""

    dependencies = [("practitioners", "0003_practitioner_external_ref")]

    operations = [
        migrations.AddField(
            model_name="practitioner", name="photo", field=models.CharField(blank=True, default="", max_length=60)
        ),
        migrations.AddField(
            model_name="credential", name="evidence", field=models.CharField(blank=True, default="", max_length=60)
        ),
    ]
