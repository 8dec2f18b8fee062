from django.db import migrations


class Migration(migrations.Migration):
    """Budgets need no write-ahead log: a crash forgets them, which harms nobody, and a use waits for no disk.

    Half of each page stays free, so that counting rewrites a row beside itself and touches no index.
    """

    dependencies = [("common", "0005_clock_moves_in_sandboxes_alone")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE common_budgetuse SET UNLOGGED, SET (fillfactor = 50)",
            "ALTER TABLE common_budgetuse SET LOGGED, RESET (fillfactor)",
        ),
    ]
