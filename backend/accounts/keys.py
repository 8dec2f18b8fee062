"""The keys that sign tokens: Ed25519 (RFC 8037), told apart by their thumbprints (RFC 7638)."""

import base64
import binascii
import functools
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver
from jwt.algorithms import OKPAlgorithm

SEED_BYTES = 32


class KeyRing:
    """One key that signs, and those before it that still verify, by `kid`."""

    def __init__(self, signing: Ed25519PrivateKey, previous: Iterable[Ed25519PrivateKey] = ()) -> None:
        self._keys = {thumbprint(key.public_key()): key for key in (signing, *previous)}
        self.signing_id = thumbprint(signing.public_key())

    def signer(self, key_id: str) -> tuple[str, Ed25519PrivateKey]:
        """The key of that id or, when it is no longer kept, the one that signs now; with its id."""
        key_id = key_id if key_id in self._keys else self.signing_id
        return key_id, self._keys[key_id]

    def verifier(self, key_id: str) -> Ed25519PublicKey | None:
        """The public key of that id, if it is one of ours."""
        key = self._keys.get(key_id)
        return key.public_key() if key else None

    def secrets(self) -> list[str]:
        """The private keys as the settings have them, the one that signs first. For whoever changes them."""
        return [base64.b64encode(key.private_bytes_raw()).decode() for key in self._keys.values()]

    def published(self) -> dict[str, Any]:
        """The public keys as a JWK set (RFC 7517)."""
        own = {"use": "sig", "alg": "EdDSA"}
        return {"keys": [{**_jwk(key.public_key()), **own, "kid": key_id} for key_id, key in self._keys.items()]}


def thumbprint(key: Ed25519PublicKey) -> str:
    """RFC 7638: the digest of the key's required members, so that anyone can compute its name."""
    canonical = json.dumps(_jwk(key), sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()


def _jwk(key: Ed25519PublicKey) -> dict[str, Any]:
    return OKPAlgorithm.to_jwk(key, as_dict=True)


@functools.cache
def key_ring() -> KeyRing:
    """The keys of the settings. Raises ImproperlyConfigured."""
    signing: str = settings.JWT_SIGNING_KEY
    return KeyRing(_key(signing) if signing else _derived(), map(_key, settings.JWT_PREVIOUS_KEYS))


def _key(text: str) -> Ed25519PrivateKey:
    try:
        seed = base64.b64decode(text, validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise ImproperlyConfigured("A key of JWT_SIGNING_KEY or JWT_PREVIOUS_KEYS is not 32 bytes in base64.")
    return Ed25519PrivateKey.from_private_bytes(seed)


def _derived() -> Ed25519PrivateKey:
    if settings.ENVIRONMENT == "production":
        raise ImproperlyConfigured("JWT_SIGNING_KEY must be set in production.")
    extract = HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=b"evergreen tokens")
    return Ed25519PrivateKey.from_private_bytes(extract.derive(settings.SECRET_KEY.encode()))


@receiver(setting_changed)
def _forget(*, setting: str, **kwargs: object) -> None:  # noqa: ARG001 (a receiver takes all)
    if setting in ("JWT_SIGNING_KEY", "JWT_PREVIOUS_KEYS", "SECRET_KEY", "ENVIRONMENT"):
        key_ring.cache_clear()
