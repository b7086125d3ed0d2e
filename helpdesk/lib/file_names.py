"""File names that strangers chose, made safe before anything is decided about them."""

from __future__ import annotations

import re
import unicodedata

from helpdesk.lib.text import one_line

MAX_BYTES = 150
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}
_BAD = re.compile(r'[<>:"|?*%\x00-\x1f\x7f]')


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
