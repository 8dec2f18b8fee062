"""How the task about a screening is found again."""

import uuid


def review_key(screening_id: uuid.UUID) -> str:
    """The cause by which the task of a screening is opened once."""
    return f"screening-review:{screening_id}"
