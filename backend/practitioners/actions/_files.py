"""Files beside rows: written before the row names them, deleted once no row does."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction


@contextmanager
def keeping(folder: str, suffix: str, content: bytes) -> Iterator[str]:
    """Store a file under a name that nobody can guess; the block, one transaction, writes the name to its row.

    When the block fails the file goes again. A crash in between leaves a file without a row, never the reverse.
    """
    name: str = default_storage.save(f"{folder}/{secrets.token_hex(16)}.{suffix}", ContentFile(content))
    try:
        with transaction.atomic():
            yield name
    except BaseException:
        default_storage.delete(name)
        raise


def forget(name: str) -> None:
    """Delete a file once the transaction has committed that no row names it; of no name, nothing."""
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))
