"""File names that strangers chose, made safe before anything is decided about them."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from helpdesk.lib.text import one_line

MAX_BYTES = 150
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}
_BAD = re.compile(r'[<>:"|?*%\x00-\x1f\x7f]')
_KNOWN = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/tiff": ".tif",
    "application/pdf": ".pdf", "application/zip": ".zip", "message/rfc822": ".eml", "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt", "message/disposition-notification": ".txt", "message/feedback-report": ".txt",
    "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc", "application/pgp-keys": ".asc",
    "application/pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m", "application/ms-tnef": ".dat",
    "application/octet-stream": ".bin",
}  # fmt: skip


def safe_name(name: str) -> str:
    """The name alone: no path, control, bidi or zero-width characters, no leading dot, at most 150 bytes; may be ""."""
    name = unicodedata.normalize("NFC", one_line(name[:5000], 5000))
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = _BAD.sub("_", name).replace("..", ".").strip(" .\u3000")
    while ".." in name:
        name = name.replace("..", ".")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 20 or " " in extension:
        stem, extension = name, ""
    stem = stem.rstrip(" .")
    if stem.split(".")[0].strip().lower() in _RESERVED:
        stem = f"_{stem}"
    tail = f".{extension}" if extension else ""
    room = MAX_BYTES - len(tail.encode())
    return (stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + tail).lstrip(".")


def generated_name(content_type: str, number: int, title: str = "") -> str:
    """A name for a part that has none: from its title (a nested message's subject) or its kind and number."""
    extension = _KNOWN.get(content_type) or mimetypes.guess_extension(content_type, strict=False) or ".bin"
    stem = safe_name(title.replace("/", "-").replace(".", " "))[:80].strip() if title else ""
    if not stem:
        kind = content_type.split("/")[0]
        stem = f"{kind if kind in ('image', 'text', 'message', 'audio', 'video') else 'attachment'}-{number}"
    return safe_name(stem + extension)
