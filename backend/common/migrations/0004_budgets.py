from django.db import migrations, models


class Migration(migrations.Migration):
    """Counters of what one person may do only so often (R20)."""

    dependencies = [("common", "0003_domain_clock")]

    operations = [
        migrations.CreateModel(
            name="BudgetUse",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("ends_at", models.DateTimeField()),
                ("uses", models.PositiveIntegerField()),
            ],
        ),
    ]
