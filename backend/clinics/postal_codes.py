"""Canadian postal codes."""

import re

_FIRST, _LATER = "[ABCEGHJ-NPRSTVXYabceghj-nprstvxy]", "[ABCEGHJ-NPRSTV-Zabceghj-nprstv-z]"
PATTERN = f"^({_FIRST}[0-9]{_LATER}) ?([0-9]{_LATER}[0-9])$"


def postal_code(text: str) -> str | None:
    """The code as `V3B 0J1`, whatever its case and blank; None for what is none."""
    match = re.fullmatch(PATTERN, text)
    return f"{match[1]} {match[2]}".upper() if match else None
