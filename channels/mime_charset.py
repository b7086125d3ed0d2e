"""Bytes into characters: the declared charset when it is true, a good guess when it is missing or a lie."""

from __future__ import annotations

import codecs
import re

from channels.mime_detect import detect

__all__ = ["codec_for", "decode", "detect", "html_charset"]

ALIASES = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "cp936": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "ks_c_5601": "cp949",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "koi8": "koi8_r",
    "cp-1252": "cp1252",
}
_REFUSED = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "utf_8_sig"}
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)


def codec_for(label: str) -> str:
    """The Python codec for a charset label, "" when there is none that turns bytes into text."""
    name = label.strip().strip("'\"").lower()
    name = ALIASES.get(name, name)
    for candidate in (name, name.replace("cp-", "cp"), name.removeprefix("x-"), name.replace("windows", "cp")):
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError, UnicodeError):
            continue
        if info._is_text_encoding and info.name.replace("-", "_") not in _REFUSED:
            return candidate
    return ""


def decode(data: bytes, label: str = "", hint: str = "") -> tuple[str, bool]:
    """The text of `data` and whether the declared charset held; `hint` is a charset seen elsewhere in the mail."""
    codec = codec_for(label) if label else ""
    if codec in ("", "utf-8") and b"\x1b$" in data[:100_000] and data.isascii():
        return data.decode("iso2022_jp_ext", "replace"), False
    if codec:
        text = _strict(data, codec)
        if text is not None and not _looks_like_utf8(data, codec):
            return text, True
    text = _strict(data, "utf-8")
    if text is not None:
        return text, not label
    if codec and codec != "utf-8" and b"\x1b" in data:
        return data.decode(codec, "replace"), False
    hinted = codec_for(hint) if hint else ""
    guessed = detect(data, hinted or (codec if codec != "utf-8" else ""))
    if codec in ("", "utf-8") and _mostly_utf8(data):
        guessed = "utf-8"
    return data.decode(guessed, "replace"), False


def _mostly_utf8(data: bytes) -> bool:
    """Declared UTF-8 with a few damaged letters: better a sign of damage than every letter wrong."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 2 <= sum(char > "\x7f" for char in text)


def html_charset(data: bytes) -> str:
    """The charset that an HTML document names for itself near its top."""
    match = _META.search(data[:4096])
    return match.group(1).decode("ascii") if match else ""


def _strict(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        return _cp1252(data) if codec == "cp1252" else None
    return text.removeprefix("\ufeff")


def _cp1252(data: bytes) -> str:
    """Latin-1 as browsers read it: the five holes of cp1252 pass through."""
    return (
        "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in data)
        if len(data) < 2000
        else (data.decode("cp1252", "replace"))
    )


def _looks_like_utf8(data: bytes, codec: str) -> bool:
    """Declared Latin-1 but written in UTF-8: two multi-byte letters in a row of valid UTF-8 are no accident."""
    if codec not in ("cp1252", "cp1250", "iso-8859-15"):
        return False
    high = sum(byte > 127 for byte in data[:6000])
    return high >= 2 and _strict(data, "utf-8") is not None
