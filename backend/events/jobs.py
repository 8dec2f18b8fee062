"""What recurs for the log of events."""

from backend.common.jobs import every
from backend.common.pruning import prune

# Longer than any job is tried again.
KEPT_DAYS = 30


@every("41 3 * * *", "events.forget_deliveries")
def forget_deliveries() -> None:
    """Remove the notes of who has dealt with which event, once no job will ask."""
    prune("events_delivery", "at <= now() - make_interval(days => %s)", [KEPT_DAYS])
