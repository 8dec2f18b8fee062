"""Pictures that strangers send: nothing is believed before it is decoded, and only the pixels are kept."""

from io import BytesIO

from django.utils.translation import gettext_noop
from PIL import Image, ImageOps

from backend.common.errors import FieldCode, FieldError, ValidationFailed

MAX_PIXELS = 24_000_000  # what a telephone takes; decoded, 72 MB
_SIDE = 800
_QUALITY = 85
_KINDS = ("JPEG", "PNG")

_NO_PICTURE = gettext_noop("This is no picture that can be read: send a JPEG or PNG.")
_TOO_LARGE = gettext_noop("The picture has more than 24 million pixels.")


def as_photo(content: bytes) -> bytes:
    """The picture anew as a JPEG of at most 800 by 800 pixels, upright, without metadata, on white.

    Raises ValidationFailed for what is no picture, is cut short, or would grow beyond measure.
    """
    with _opened(content, _KINDS) as sent:
        try:
            sent.draft("RGB", (_SIDE, _SIDE))  # a large JPEG is decoded at a fraction of its size
            upright = ImageOps.exif_transpose(sent).convert("RGBA")
        except Exception as error:  # decoders fail in as many ways as there are formats
            raise _refusal(_NO_PICTURE) from error
    upright.thumbnail((_SIDE, _SIDE))
    # A canvas of our own: a copy would bring comments and profiles along.
    photo = Image.new("RGB", upright.size, "white")
    photo.paste(upright, mask=upright)
    written = BytesIO()
    photo.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()


def require_picture(content: bytes, kind: str) -> None:
    """Raise ValidationFailed unless it is a whole picture of that kind (`PNG`, `JPEG`), and no bomb."""
    with _opened(content, (kind,)) as sent:
        try:
            sent.load()
        except Exception as error:  # as above
            raise _refusal(_NO_PICTURE) from error


def _opened(content: bytes, kinds: tuple[str, ...]) -> Image.Image:
    try:
        sent = Image.open(BytesIO(content), formats=kinds)  # reads no further than the header
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refusal(_TOO_LARGE) from error
    except Exception as error:  # as above
        raise _refusal(_NO_PICTURE) from error
    if sent.width * sent.height > MAX_PIXELS:
        raise _refusal(_TOO_LARGE)
    return sent


def _refusal(detail: str) -> ValidationFailed:
    return ValidationFailed(errors=(FieldError("/file", FieldCode.INVALID, detail),))
