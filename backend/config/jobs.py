"""Rounds of the worker that belong to no app."""

from backend.common.budgets import forget_ended
from backend.common.http.idempotency import KEPT_HOURS
from backend.common.jobs import every
from backend.common.pruning import prune

every("17 * * * *", "forget_ended_budgets")(forget_ended)


@every("23 * * * *", "common.prune")
def forget_receipts() -> None:
    """Remove receipts of keyed requests whose day is over; requests count them as absent already."""
    prune("common_idempotencyreceipt", "created_at <= now() - make_interval(hours => %s)", [KEPT_HOURS])
