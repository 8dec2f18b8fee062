"""Scans of documents: which kind they are, by their bytes."""

from django.utils.translation import gettext_noop

from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.practitioners.images import require_picture

_PICTURES = {b"\x89PNG\r\n\x1a\n": ("PNG", "png"), b"\xff\xd8\xff": ("JPEG", "jpg")}
_PDF, _END_OF_PDF, _TAIL_BYTES = b"%PDF-", b"%%EOF", 1024
_UNKNOWN = gettext_noop("This is no document that can be kept: send a whole PDF, PNG or JPEG.")


def suffix_of(content: bytes) -> str:
    """`pdf`, `png` or `jpg`. Raises ValidationFailed for anything else, and for what is cut short."""
    for magic, (kind, suffix) in _PICTURES.items():
        if content.startswith(magic):
            require_picture(content, kind)
            return suffix
    if content.startswith(_PDF) and _END_OF_PDF in content[-_TAIL_BYTES:]:
        return "pdf"
    raise ValidationFailed(errors=(FieldError("/file", FieldCode.INVALID, _UNKNOWN),))
