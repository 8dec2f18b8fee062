"""Canadian postal codes."""

import re

_POSTAL_CODE = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]) ?(\d[ABCEGHJ-NPRSTV-Z]\d)", re.ASCII)


def postal_code(text: str) -> str | None:
    """The code as `V3B 0J1`, whatever its case and blank; None for what is none."""
    match = _POSTAL_CODE.fullmatch(text.upper())
    return f"{match[1]} {match[2]}" if match else None
