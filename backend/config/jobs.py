"""Rounds of the worker that belong to no app."""

from backend.common.budgets import forget_ended
from backend.common.jobs import every

every("17 * * * *", "forget_ended_budgets")(forget_ended)
