"""Header lines as words: encoded words, parameters and message ids, read so that no input can raise."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from channels.mime_charset import codec_for, decode
from helpdesk.lib.text import clean

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,20})\?=")
_ID = re.compile(r"<([^<>]{1,998})>")
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_QESC = re.compile(rb"=([0-9A-Fa-f]{2})")


def unfold(value: str, hint: str = "") -> str:
    """One line with 8-bit bytes turned into letters; encoded words stay as they are."""
    value = _FOLD.sub(" ", value)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        value = decode(value.encode("utf-8", "surrogateescape"), "", hint)[0]
    return clean(value)


def decode_words(value: str) -> str:
    """RFC 2047 with the mistakes that clients make: split letters, missing spaces, unknown charsets."""
    if "=?" not in value:
        return value
    out: list[str] = []
    pending, charset, end = b"", "", 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        label = match.group(1).split("*")[0]
        data = _word_bytes(match.group(2), match.group(3), label)
        joined = bool(pending) and not between.strip()
        if joined and label.lower() == charset.lower():
            pending += data
        else:
            if pending:
                out.append(decode(pending, charset)[0])
            if not joined:
                out.append(between)
            pending, charset = data, label
        end = match.end()
    if pending:
        out.append(decode(pending, charset)[0])
    out.append(value[end:])
    return clean("".join(out))


def _word_bytes(kind: str, data: str, label: str) -> bytes:
    """The bytes of one encoded word; letters that stand in it unencoded go back to the charset that it names."""
    raw = data.encode("ascii" if data.isascii() else codec_for(label) or "utf-8", "replace")
    if kind in "qQ":
        return _QESC.sub(lambda m: bytes([int(m.group(1), 16)]), raw.replace(b"_", b" "))
    return lenient_base64(raw)


def lenient_base64(raw: bytes) -> bytes:
    """Base64 with spaces, stray signs, missing or early padding; never raises."""
    raw = re.sub(rb"[^A-Za-z0-9+/=]", b"", raw)
    out = []
    for piece in re.split(rb"=+", raw):
        piece = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
        try:
            out.append(base64.b64decode(piece + b"=" * (-len(piece) % 4)))
        except binascii.Error:  # pragma: no cover - the alphabet was filtered above
            continue
    return b"".join(out)


def message_ids(value: str, limit: int = 200) -> tuple[str, ...]:
    """The ids of a References-like header in order, each once, without angle brackets or folding spaces."""
    value = _FOLD.sub(" ", value)
    found = [re.sub(r"\s+", "", item) for item in _ID.findall(value[:100_000])]
    if not found:
        found = [item.strip("<>,;\"'") for item in value[:10_000].split() if "@" in item]
    return tuple(dict.fromkeys(item for item in map(clean, found) if item))[-limit:]


def single_id(value: str) -> str:
    """The id of a Message-ID header, however it is written; "" when there is none."""
    value = _FOLD.sub(" ", value).strip()
    match = _ID.search(value)
    if match:
        return re.sub(r"\s+", "", clean(match.group(1)))
    return clean(value).strip("<> ").split(" ")[0][:998] if value else ""


def parameters(value: str, hint: str = "") -> tuple[str, dict[str, str]]:
    """The main value in lower case and its parameters, RFC 2231 and RFC 2047 decoded; quotes may be missing."""
    pieces = list(_split(unfold(value, hint)[:20_000]))
    main = pieces[0].strip().lower() if pieces else ""
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1:]:
        name, _, content = piece.partition("=")
        name, content = name.strip().lower(), _unquote(content.strip())
        if not name:
            continue
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, decode_words(content))
        else:
            index = rest.rstrip("*")
            extended.setdefault(base, []).append((int(index) if index.isdigit() else 0, name.endswith("*"), content))
    for base, parts in extended.items():
        plain[base] = _join_2231(sorted(parts, key=lambda p: p[0])) or plain.get(base, "")
    return main, plain


def _split(value: str) -> Iterator[str]:
    """Pieces between semicolons outside quotes."""
    start, quoted, skip = 0, False, False
    for index, char in enumerate(value):
        if skip:
            skip = False
        elif char == "\\" and quoted:
            skip = True
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            yield value[start:index]
            start = index + 1
    yield value[start:]


def _unquote(value: str) -> str:
    if value.startswith('"'):
        end = value.rfind('"')
        inner = value[1:end] if end > 0 else value[1:]
        return re.sub(r"\\([\"\\])", r"\1", inner)
    return value.strip("'") if value.startswith("'") and value.endswith("'") and value.count("'") == 2 else value


def _join_2231(parts: list[tuple[int, bool, str]]) -> str:
    charset, data, encoded_any = "", b"", False
    for position, (_, encoded, content) in enumerate(parts[:200]):
        if encoded:
            encoded_any = True
            if position == 0 and content.count("'") >= 2:
                charset, _, content = content.split("'", 2)
            data += unquote_to_bytes(content)
        else:
            data += content.encode("utf-8", "replace")
    if not encoded_any:
        return decode_words(data.decode("utf-8"))
    return clean(decode(data, charset if codec_for(charset) else "")[0])
