"""Keeping files: written by their hash before any transaction, named by rows, collected when nobody took them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.timezone import now

from tickets.models import Attachment, Blob


def store(data: bytes | Iterable[bytes]) -> Blob:
    """Keep bytes on disk, whole and synced, then name them by a row. Call it outside a transaction.

    The same content is kept once. Raises OSError when the disk refuses (full, read-only); then nothing is named.
    """
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=root, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in [data] if isinstance(data, bytes) else data:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        blob = Blob(sha256=digest.hexdigest(), size=size)
        target = root / blob.path
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Blob.objects.get_or_create(sha256=blob.sha256, defaults={"size": size})[0]


def open_blob(blob: Blob) -> IO[bytes]:
    """The content for reading. Raises FileNotFoundError when the file is missing."""
    return (Path(settings.MEDIA_ROOT) / blob.path).open("rb")


def keep_upload(
    data: bytes | Iterable[bytes],
    *,
    name: str,
    content_type: str,
    uploaded_by: int | None,
    content_id: str = "",
    inline: bool = False,
) -> Attachment:
    """Store a file that no message has taken yet. `name` and `content_type` must be cleaned by the caller."""
    attachment = upload_of(
        data, name=name, content_type=content_type, uploaded_by=uploaded_by, content_id=content_id, inline=inline
    )
    attachment.save()
    return attachment


def upload_of(
    data: bytes | Iterable[bytes],
    *,
    name: str,
    content_type: str,
    uploaded_by: int | None,
    content_id: str = "",
    inline: bool = False,
) -> Attachment:
    """As keep_upload(): the bytes are on the disk, and the row that names them is still to be saved."""
    return Attachment(
        blob=store(data),
        name=name,
        content_type=content_type,
        uploaded_by_id=uploaded_by,
        content_id=content_id[:250],
        inline=inline,
    )


def collect_abandoned() -> int:
    """Remove uploads that no message took within a day; how many. Blobs that others share stay."""
    gone = 0
    for attachment in Attachment.objects.abandoned(now() - timedelta(days=1)).select_related("blob")[:1000]:
        blob = attachment.blob
        attachment.delete()
        gone += 1
        if not blob.attachments.exists():
            path = Path(settings.MEDIA_ROOT) / blob.path
            blob.delete()
            path.unlink(missing_ok=True)
    return gone
