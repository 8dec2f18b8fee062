"""Photos and scans: judged by their bytes, encoded anew or locked away, never trusted."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from backend.audit.models import AuditEntry
from backend.practitioners.models import Credential, Practitioner
from tests.api_client import MULTIPART, ApiClient
from tests.cast import Cast
from tests.practitioners.calls import refusal, signed_in
from tests.practitioners.test_credentials import DOCUMENT, of

MIB = 1024 * 1024
NO_FILE = (400, "validation_failed", "/file", "invalid")
PDF = b"%PDF-1.7\n" + b"x" * 100 + b"\n%%EOF\n"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "green").save(written, kind, **options)
    return written.getvalue()


def white(width: int, height: int) -> bytes:
    """A PNG of few bytes that really is that large."""
    written = BytesIO()
    Image.new("1", (width, height), 1).save(written, "PNG")
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it is that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + picture("PNG")[33:]


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return signed_in(cast.manager_coquitlam)


@pytest.fixture
def photo(cast: Cast) -> str:
    return f"/v1/practitioners/{cast.physio.pk}/photo"


@pytest.fixture
def evidence(cast: Cast, manager: ApiClient) -> str:
    return f"{manager.post(of(cast.physio), DOCUMENT)['Location']}/evidence"


def kept() -> list[str]:
    """The names of all stored files."""
    found = []
    for folder in ("photos", "evidence"):
        if default_storage.exists(folder):
            found += [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    return sorted(found)


@pytest.fixture(autouse=True)
def _storage_of_its_own(settings: Settings, tmp_path: Path) -> None:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    settings.MEDIA_ROOT = str(tmp_path)


def test_a_photo_is_shown_small_upright_and_bare(cast: Cast, manager: ApiClient, photo: str) -> None:
    public = ApiClient()
    assert public.get(photo.removesuffix("/photo")).json()["photo_url"] is None
    assert public.get(photo).status_code == 404
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "a secret place"
    sent = picture(size=(1600, 1200), exif=exif, comment=b"a secret word") + b"<script>alert(1)</script>"
    done = manager.upload(photo, sent, name="../../etc/passwd")
    assert done.status_code == 200, done.content
    assert public.get(photo.removesuffix("/photo")).json()["photo_url"] == photo
    assert {one["photo_url"] for one in public.get("/v1/practitioners").json()["results"]} == {None, photo}
    shown = public.get(photo)
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/jpeg", "public, max-age=60")
    assert public.get(photo, headers={"If-None-Match": shown["ETag"]}).status_code == 304
    with Image.open(BytesIO(shown.content)) as image:
        assert (image.format, image.size, len(image.getexif())) == ("JPEG", (600, 800), 0)
    assert not any(word in shown.content for word in (b"secret", b"script"))
    [name] = kept()
    assert name == Practitioner.objects.get(pk=cast.physio.pk).photo
    assert "passwd" not in name
    assert AuditEntry.objects.get(action="practitioner.changed").after == {"photo": name}


def test_what_was_transparent_is_white(manager: ApiClient, photo: str) -> None:
    written = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    assert manager.upload(photo, written.getvalue()).status_code == 200
    with Image.open(BytesIO(ApiClient().get(photo).content)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_another_photo_takes_its_place_and_can_be_taken_away(
    manager: ApiClient, photo: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    manager.upload(photo, picture())
    [first] = kept()
    with django_capture_on_commit_callbacks(execute=True):
        second = manager.upload(photo, picture("PNG"))
    assert len(kept()) == 1
    assert kept() != [first]
    assert manager.delete(photo, if_match='"1-0123456789abcdef"').status_code == 412
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.delete(photo, if_match=second["ETag"]).status_code == 204
    assert (kept(), ApiClient().get(photo).status_code) == ([], 404)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SVG, id="SVG"),
        pytest.param(b"GIF89a" + b"\0" * 50, id="GIF"),
        pytest.param(PDF, id="PDF"),
        pytest.param(b"<html>" + picture(), id="HTML before a JPEG"),
        pytest.param(picture(size=(400, 400))[:400], id="half a JPEG"),
        pytest.param(picture("PNG")[:-30], id="half a PNG"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"A" * 500, id="a JPEG by its first bytes"),
        pytest.param(picture("TIFF"), id="TIFF"),
        pytest.param(white(6000, 5000), id="30 million pixels, every one there"),
        pytest.param(bomb(12000, 10000), id="120 million pixels"),
        pytest.param(bomb(60000, 60000), id="3.6 thousand million pixels"),
    ],
)
def test_no_photo_no_trace(cast: Cast, manager: ApiClient, photo: str, content: bytes) -> None:
    assert refusal(manager.upload(photo, content)) == NO_FILE
    assert kept() == []
    assert Practitioner.objects.get(pk=cast.physio.pk).version == 1


def test_the_body_holds_one_file_and_nothing_else(manager: ApiClient, photo: str) -> None:
    def send(*parts: bytes, content_type: str = MULTIPART) -> Any:
        body = b"".join(b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--b--\r\n"
        return manager.post(photo, body, headers={"Content-Type": content_type})

    file, jpeg = b'name="file"; filename="a"\r\n\r\n', picture()
    assert refusal(send(file + b"")) == (400, "validation_failed", "/file", "too_short")
    assert refusal(send()) == (400, "validation_failed", "/file", "required")
    assert refusal(send(b'name="file"; filename=""\r\n\r\nx')) == NO_FILE
    assert refusal(send(file + jpeg, file + jpeg)) == NO_FILE
    assert refusal(send(file + jpeg, b'name="x"\r\n\r\n1')) == NO_FILE
    assert refusal(send(b'name="photo"; filename="a"\r\n\r\n' + jpeg)) == NO_FILE
    assert refusal(send(*[b'name="x"\r\n\r\n1'] * 1100)) == NO_FILE
    assert refusal(send(file + jpeg, content_type="multipart/form-data"))[:3] == NO_FILE[:3]
    assert refusal(send(file + jpeg, content_type="image/jpeg"))[:2] == (415, "unsupported_media_type")
    assert refusal(manager.post(photo, {"file": "x"}))[:2] == (415, "unsupported_media_type")
    assert send(file + jpeg).status_code == 200
    assert refusal(
        manager.post(f"{photo.removesuffix('/photo')}/offerings", b"x", headers={"Content-Type": MULTIPART})
    )[:2] == (415, "unsupported_media_type")


def test_a_file_is_as_large_as_the_description_says_and_no_larger(manager: ApiClient, photo: str) -> None:
    jpeg = picture()
    assert manager.upload(photo, jpeg + b"\0" * (5 * MIB - len(jpeg))).status_code == 200
    for size in (5 * MIB + 1, 6 * MIB):
        assert refusal(manager.upload(photo, jpeg + b"\0" * (size - len(jpeg))))[:2] == (413, "body_too_large")


def test_a_repeated_upload_is_kept_once(manager: ApiClient, photo: str) -> None:
    first, again = (manager.upload(photo, picture(), key="k") for _ in range(2))
    assert (again["Idempotent-Replayed"], again.content) == ("true", first.content)
    assert len(kept()) == 1
    assert refusal(manager.upload(photo, picture("PNG"), key="k"))[:2] == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("content", "suffix"), [(PDF, "pdf"), (picture(), "jpg"), (picture("PNG"), "png")], ids=["pdf", "jpg", "png"]
)
def test_evidence_is_read_by_those_who_verify_and_that_is_written_down(
    cast: Cast, manager: ApiClient, evidence: str, content: bytes, suffix: str
) -> None:
    assert manager.get(evidence).status_code == 404
    done = manager.upload(evidence, content, name="../x.html")
    assert (done.status_code, done.json()["has_evidence"]) == (200, True)
    assert not AuditEntry.objects.filter(action="credential.evidence_read").exists()
    read = manager.get(evidence)
    assert read.content == content
    assert (read["Content-Type"], read["Content-Disposition"]) == (
        "application/octet-stream",
        f'attachment; filename="evidence.{suffix}"',
    )
    assert (read["X-Content-Type-Options"], read["Cache-Control"]) == ("nosniff", "no-store")
    entry = AuditEntry.objects.get(action="credential.evidence_read")
    assert (entry.actor_id, str(entry.subject_id)) == (cast.manager_coquitlam.pk, done.json()["id"])
    for user, status in (
        (cast.desk_coquitlam, 403),
        (cast.physio, 403),
        (cast.patient, 403),
        (cast.manager_langley, 404),
    ):
        assert signed_in(user).get(evidence).status_code == status
    assert ApiClient().get(evidence).status_code == 401
    assert AuditEntry.objects.filter(action="credential.evidence_read").count() == 1


def test_what_was_verified_keeps_its_evidence(manager: ApiClient, evidence: str) -> None:
    manager.upload(evidence, PDF)
    [name] = kept()
    assert manager.post(evidence.replace("/evidence", "/verify")).status_code == 200
    assert refusal(manager.upload(evidence, picture()))[:2] == (409, "invalid_transition")
    assert kept() == [name], "the file that was refused is gone again"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SVG, id="SVG"),
        pytest.param(b"<html>" + PDF, id="HTML before a PDF"),
        pytest.param(PDF[:-8], id="half a PDF"),
        pytest.param(b"PK\x03\x04" + b"\0" * 50, id="an archive"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"A" * 500, id="a JPEG by its first bytes"),
        pytest.param(bomb(60000, 60000), id="a bomb"),
        pytest.param(b"MZ" + b"\0" * 50, id="a program"),
    ],
)
def test_no_evidence_no_trace(manager: ApiClient, evidence: str, content: bytes) -> None:
    assert refusal(manager.upload(evidence, content)) == NO_FILE
    assert kept() == []
    assert not Credential.objects.exclude(evidence="").exists()
