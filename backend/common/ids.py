"""Identifiers: UUID version 7 (RFC 9562), made here so that rows sort by birth on any PostgreSQL."""

import secrets
import time
import uuid
from collections.abc import Iterable


def uuid7() -> uuid.UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76  # version 7
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant of RFC 9562
    return uuid.UUID(int=value)


def array_of(ids: Iterable[uuid.UUID]) -> str:
    """Ids as the text of an array, for `%s::uuid[]`: the driver looks at each for a need of quotes, and takes as long
    over twenty as over a statement."""
    return "{" + ",".join([one.hex for one in ids]) + "}"
