"""API keys as text: `eg_<prefix>_<secret>`. The prefix finds the row, the secret's digest proves the key."""

import hashlib
import re
import secrets
from dataclasses import dataclass

MARK = "eg_"
_FORM = re.compile(r"eg_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key, taken apart."""

    prefix: str
    secret: str

    @property
    def digest(self) -> bytes:
        """What is kept of the secret."""
        return hashlib.sha256(self.secret.encode()).digest()

    def __str__(self) -> str:
        return f"{MARK}{self.prefix}_{self.secret}"


def make_key() -> KeyText:
    """A new key with 256 random bits."""
    return KeyText(secrets.token_hex(6), secrets.token_urlsafe(32))


def read_key(text: str) -> KeyText | None:
    """The key, or None for what cannot be one."""
    match = _FORM.fullmatch(text)
    return KeyText(match[1], match[2]) if match else None
