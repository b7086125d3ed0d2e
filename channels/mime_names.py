"""Names for parts of a mail that have none of their own."""

from __future__ import annotations

import mimetypes

from helpdesk.lib.file_names import safe_name

__all__ = ["generated_name", "safe_name"]

_KNOWN = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/tiff": ".tif",
    "application/pdf": ".pdf", "application/zip": ".zip", "message/rfc822": ".eml", "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt", "message/disposition-notification": ".txt", "message/feedback-report": ".txt",
    "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc", "application/pgp-keys": ".asc",
    "application/pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m", "application/ms-tnef": ".dat",
    "application/octet-stream": ".bin",
}  # fmt: skip


def generated_name(content_type: str, number: int, title: str = "") -> str:
    """A name for a part that has none: from its title (a nested message's subject) or its kind and number."""
    extension = _KNOWN.get(content_type) or mimetypes.guess_extension(content_type, strict=False) or ".bin"
    stem = safe_name(title.replace("/", "-").replace(".", " "))[:80].strip() if title else ""
    if not stem:
        kind = content_type.split("/")[0]
        stem = f"{kind if kind in ('image', 'text', 'message', 'audio', 'video') else 'attachment'}-{number}"
    return safe_name(stem + extension)
