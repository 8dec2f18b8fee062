"""What recurs for practitioners."""

from backend.common.jobs import every
from backend.practitioners.actions.warn_expiring import warn_expiring

# A credential is warned of once for each of its levels, so the hour does not matter.
every("17 * * * *", "practitioners.warn_expiring")(warn_expiring)
