"""Entity tags (RFC 9110 §8.8.3): strong, `"<version>-<digest>"` for versioned bodies, a digest for the rest (R18)."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext_noop

from backend.common.errors import EtagMismatch, FieldCode, FieldError, ValidationFailed
from backend.common.http.rendering import to_json

# Weak, too: compression on the way weakens the tag of an answer, and only the version is compared.
_VERSIONED = re.compile(r'(?:W/)?"(\d{1,9})-[0-9a-f]{16}"', re.ASCII)
_TAG = re.compile(r'(?:W/)?"[^"]*"')
# What If-None-Match may be (RFC 9110 §13.1.2); empty is what some clients send for a tag they do not have.
KNOWN_TAGS, MAX_KNOWN_TAGS = '^([*]|((W/)?"[^"]*"( *, *)?)*)$', 1000
_KNOWN_TAGS = re.compile(KNOWN_TAGS)
_MALFORMED = gettext_noop('If-None-Match must be * or tags in double quotes, as in "1-8c6f1e0b5d2a4973".')


def of_version(version: int, body: Mapping[str, Any]) -> str:
    """The tag of a versioned body; `body` is without its own `etag`."""
    return f'"{version}-{_digest(to_json(body))}"'


def of_body(body: bytes) -> str:
    """The tag of a body without a version: a list, a computed answer."""
    return f'"{_digest(body)}"'


def expected_version(if_match: str) -> int | None:
    """The version a caller last saw; None for `*`. Raises EtagMismatch when the tag cannot be one of ours."""
    if if_match.strip() == "*":
        return None
    match = _VERSIONED.fullmatch(if_match.strip())
    if match is None:
        raise EtagMismatch
    return int(match[1])


def refuse_malformed(if_none_match: str | None) -> None:
    """Raise ValidationFailed for what can be no list of tags: it would never match, and nobody would notice."""
    if if_none_match and (len(if_none_match) > MAX_KNOWN_TAGS or not _KNOWN_TAGS.fullmatch(if_none_match)):
        raise ValidationFailed(_MALFORMED, errors=(FieldError("#If-None-Match", FieldCode.INVALID, _MALFORMED),))


def is_fresh(if_none_match: str, etag: str) -> bool:
    """True when the caller already has the body (weak comparison, as 304 wants)."""
    if if_none_match.strip() == "*":
        return True
    return etag in (tag.removeprefix("W/") for tag in _TAG.findall(if_none_match))


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=8).hexdigest()
