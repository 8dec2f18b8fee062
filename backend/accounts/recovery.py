"""Recovery codes, for the day on which the phone is lost; only digests of them are kept."""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac

_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no look-alikes; ten are 49 bits  # pragma: allowlist secret


def make_recovery_codes() -> list[str]:
    """Ten codes to be written down; each is good once."""
    letters = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in letters]


def digests_of(code: str) -> Iterator[str]:
    """What is kept of a recovery code, however it is typed: by the present SECRET_KEY, then by those before."""
    plain = code.lower().replace("-", "").replace(" ", "")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac("backend.accounts.recovery", plain, secret=secret, algorithm="sha256").hexdigest()
