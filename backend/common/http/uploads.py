"""One file in a body of multipart/form-data: for operations that declare `upload`, and for no others."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext_noop

from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.http.errors import BodyTooLarge, MalformedJson, UnsupportedMediaType
from backend.common.http.parsing import read_body

MULTIPART = "multipart/form-data"
FIELD = "file"
_FRAME_BYTES = 4096  # boundaries and headers around the file

_NOT_ONE_FILE = gettext_noop("The body must hold one file, named `file`, and nothing else.")
_EMPTY = gettext_noop("The file is empty.")
_TOO_LARGE = gettext_noop("The file is larger than this operation takes.")
_NOT_MULTIPART = gettext_noop("Send the file in a body of multipart/form-data.")


@dataclass(frozen=True, slots=True)
class Upload:
    """What an operation takes: so many bytes at most. `help_text` says which kinds of file, for the description.

    The kind is judged by the action, from the bytes: a name and a media type are only what the sender claims.
    """

    max_bytes: int
    help_text: str


def read_file(request: HttpRequest, upload: Upload) -> bytes:
    """The bytes of the one file; its name is not even looked at.

    Raises UnsupportedMediaType, BodyTooLarge, ValidationFailed.
    """
    if request.content_type != MULTIPART:
        raise UnsupportedMediaType(_NOT_MULTIPART)
    try:
        raw = read_body(request, upload.max_bytes + _FRAME_BYTES)
    except BodyTooLarge as error:
        raise BodyTooLarge(_TOO_LARGE) from error
    except MalformedJson as error:  # the sender hung up
        raise _refusal(FieldCode.INVALID, _NOT_ONE_FILE) from error
    collector = _Collector()
    meta = {"CONTENT_TYPE": request.META["CONTENT_TYPE"], "CONTENT_LENGTH": len(raw)}
    try:
        fields, _ = MultiPartParser(meta, BytesIO(raw), [collector]).parse()
    except (MultiPartParserError, SuspiciousOperation, ValueError) as error:
        raise _refusal(FieldCode.INVALID, _NOT_ONE_FILE) from error
    if fields or list(collector.files) != [FIELD] or collector.is_repeated:
        raise _refusal(FieldCode.INVALID if collector.files or fields else FieldCode.REQUIRED, _NOT_ONE_FILE)
    content = bytes(collector.files[FIELD])
    if not content:
        raise _refusal(FieldCode.TOO_SHORT, _EMPTY)
    if len(content) > upload.max_bytes:
        raise BodyTooLarge(_TOO_LARGE)
    return content


def _refusal(code: FieldCode, detail: str) -> ValidationFailed:
    return ValidationFailed(errors=(FieldError(f"/{FIELD}", code, detail),))


class _Collector(FileUploadHandler):
    """Keeps files in memory, which `read_body` has bounded; nothing touches the disk."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytearray] = {}
        self.is_repeated = False

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        self.is_repeated |= field_name in self.files
        self.files[field_name] = bytearray()
        self.current = self.files[field_name]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.current += raw_data

    def file_complete(self, file_size: int) -> None:
        return None
