from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_second_factors")]

    operations = [
        migrations.AddField("session", "proved_at", models.DateTimeField(db_default=Now())),
        # Who signed in days ago has not proved anything just now.
        migrations.RunSQL("UPDATE accounts_session SET proved_at = created_at", migrations.RunSQL.noop),
    ]
