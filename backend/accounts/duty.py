"""Who must have a second factor: known by an app above, which `config` names."""

import uuid
from collections.abc import Callable

_asked: Callable[[uuid.UUID], bool] | None = None


def ask_of_duty(question: Callable[[uuid.UUID], bool]) -> None:
    """Put in place who says whether an account must have one; once, when all apps are ready."""
    global _asked  # noqa: PLW0603 (set once at start, like a setting)
    _asked = question


def must_have_second_factor(user_id: uuid.UUID) -> bool:
    """Whether this account may sign in with a second factor only."""
    if _asked is None:
        raise RuntimeError("nobody says who must have a second factor: config.wiring names it")
    return _asked(user_id)
