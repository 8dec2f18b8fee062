"""Codes of six digits that a phone shows for half a minute (RFC 6238).

The secret is encrypted by a key that follows from SECRET_KEY: a copy of the database makes no codes. They tell the real
time, never the domain's (R12).
"""

import base64
import hmac
import secrets

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings

STEP_SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
_ISSUER = "Evergreen"
_DRIFT = 1  # a phone's clock may be half a minute off


def make_secret() -> str:
    """A new secret, encrypted."""
    return _box().encrypt(secrets.token_bytes(SECRET_BYTES)).decode()


def shown_secret(secret: str) -> str:
    """The secret as people type it into an app, in base32."""
    return base64.b32encode(_box().decrypt(secret.encode())).decode()


def shown_uri(secret: str, email: str) -> str:
    """The same as a QR code has it."""
    return _totp(secret).get_provisioning_uri(email, _ISSUER)


def step_of(secret: str, code: str, *, now: float) -> int | None:
    """The half minute that a code was made for, near `now` in seconds; None if it is no code of this secret."""
    current, totp = int(now) // STEP_SECONDS, _totp(secret)
    near = range(current - _DRIFT, current + _DRIFT + 1)
    found = [step for step in near if hmac.compare_digest(totp.generate(step * STEP_SECONDS), code.encode())]
    return found[-1] if found else None


def _totp(secret: str) -> TOTP:
    key = _box().decrypt(secret.encode())
    # SHA-1 is what every app can do, and RFC 6238's HMAC does not lean on collisions.
    return TOTP(key, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 # nosec B303


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"evergreen second factor")
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))
