"""What a file is by its first bytes, for when its sender says something else."""

from __future__ import annotations

import re

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"CWS", "application/x-shockwave-flash"),
    (b"FWS", "application/x-shockwave-flash"),
    (b"#!", "text/x-shellscript"),
)
_MARKUP = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*){0,3}<(!doctype\s+html|html|head|body|script|iframe|svg|\?xml)", re.I | re.S
)
_CONTAINERS = {
    "application/zip": ("openxmlformats", "opendocument", "zip", "java-archive", "epub", "android", "kmz", "x-iwork")
}
_OPEN = "application/vnd.openxmlformats-officedocument."
_OFFICE = {
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook", "docx": f"{_OPEN}wordprocessingml.document",
    "xlsx": f"{_OPEN}spreadsheetml.sheet", "pptx": f"{_OPEN}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
}  # fmt: skip
_OLE = ("msword", "ms-", "vnd.ms", "msoutlook", "x-msi")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


def content_type(declared: str, data: bytes, name: str = "") -> str:
    """The declared type when the bytes do not contradict it, else what the bytes are."""
    declared = declared.lower().strip()
    if not _TYPE.fullmatch(declared):
        declared = "application/octet-stream"
    found = sniff(data)
    office = _OFFICE.get(name.rpartition(".")[2].lower(), "") if declared == "application/octet-stream" else ""
    if office and found and _compatible(office, found):
        return office
    if not found or found == declared or _compatible(declared, found):
        if not found and declared.startswith("image/") and declared != "image/svg+xml" and _is_text(data):
            return "text/plain"
        return declared
    return found


def sniff(data: bytes) -> str:
    """The type that the first bytes give away, "" when they say nothing."""
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (len(magic) > 2 or len(data) > 60):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "video/mp4"
    match = _MARKUP.match(data[:2048])
    if match:
        word = match.group(1).lower()
        return "image/svg+xml" if word == b"svg" else "text/xml" if word == b"?xml" else "text/html"
    return ""


def _compatible(declared: str, found: str) -> bool:
    if declared.startswith("text/") and found.startswith("text/"):
        return True
    if found == "application/zip":
        return any(word in declared for word in _CONTAINERS[found])
    if found == "application/x-ole-storage":
        return any(word in declared for word in _OLE)
    if found == "text/xml":
        return "xml" in declared or declared == "application/octet-stream"
    if found == "video/mp4":
        return declared.startswith(("video/", "audio/", "image/heic", "image/avif"))
    if found in ("application/gzip", "image/jpeg", "image/png", "application/rtf"):
        same = {"application/gzip": ("gzip", "tar", "tgz"), "image/jpeg": ("jpg", "jpeg"), "application/rtf": ("rtf",)}
        return any(word in declared for word in same.get(found, ("png",)))
    return found.split("/")[1].removeprefix("x-") in declared or (found == "application/ms-tnef" and "tnef" in declared)


def _is_text(data: bytes) -> bool:
    head = data[:512]
    return bool(head) and all(byte in (9, 10, 13) or 32 <= byte < 127 for byte in head)
