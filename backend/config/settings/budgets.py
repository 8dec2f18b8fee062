"""How often one person may do what would be abused if it were free (R20)."""

from datetime import timedelta
from typing import NamedTuple

import environ

env = environ.Env()


class Budget(NamedTuple):
    """So many uses in a window of time, which begins with the first."""

    uses: int
    window: timedelta


BUDGETS = {
    # A desk looks up a few people a day; who tries birth dates or addresses one after another needs many more.
    "patient_lookup": Budget(env.int("PATIENT_LOOKUPS_AN_HOUR", default=30), timedelta(hours=1)),
    # Holds and spacing are counted by patient, so patients must not be free to invent.
    "dependant": Budget(env.int("DEPENDANTS_A_DAY", default=10), timedelta(days=1)),
}
