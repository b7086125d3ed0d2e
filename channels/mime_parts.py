"""The tree of parts of a raw mail, read with limits so that neither count nor depth can exhaust the process."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.feedparser import BytesFeedParser
from email.message import Message
from typing import Any

from channels.mime_headers import lenient_base64, parameters

_CHUNK = 4096
LONGEST_TYPE = 20_000
_BOUNDARY = re.compile(r"boundary\s*=\s*(?:\"([^\"]*)\"|([^;\s]+))", re.I)
_HEADER_LINE = re.compile(rb"^[!-9;-~]{1,100}[ \t]*:", re.M)
_DECODABLE = re.compile(rb"[^A-Za-z0-9+/=\s]")


@dataclass(frozen=True)
class Limits:
    """How much of one mail is looked at. What lies beyond stays in the stored raw mail, and a warning says so."""

    max_bytes: int = 50 * 1024 * 1024
    max_parts: int = 1000
    max_depth: int = 40
    max_headers: int = 500
    max_header: int = 400_000
    max_addresses: int = 1000
    max_text: int = 1_000_000


@dataclass(frozen=True)
class Attachment:
    """A file of a mail. `content_type` is what the bytes are when they contradict what the sender declared."""

    name: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False
    name_generated: bool = False
    declared_type: str = ""


class Part(Message):
    """A part; nested messages stay closed bytes, so that nothing inside them can speak for this mail."""

    @property
    def body(self) -> str | list[Part]:
        """The body as it stands: get_payload() would decode it by a charset that a stranger chose."""
        return self._payload or ""  # type: ignore[attr-defined]

    def get_boundary(self, failobj: Any = None) -> Any:
        """As the standard library's, but linear: it compares each parameter with all that follow."""
        raw = header(self, "content-type")[:LONGEST_TYPE]
        if raw.isascii():
            return parameters(raw)[1].get("boundary", "").rstrip() or failobj
        found = _BOUNDARY.search(raw)
        return ((found[1] or found[2] or "") if found else "").rstrip() or failobj

    def get_content_maintype(self) -> str:
        main = super().get_content_maintype()
        return "closed" if main == "message" else main

    def get_content_type(self) -> str:
        kind = super().get_content_type()
        return kind if kind != "message/delivery-status" else "closed/delivery-status"


class Tree:
    """One parsed mail: its own headers and its leaves."""

    def __init__(self, root: Part, warnings: list[str], limits: Limits) -> None:
        self.root, self.warnings, self.limits = root, warnings, limits

    def headers(self) -> Iterator[tuple[str, str]]:
        for count, (name, value) in enumerate(self.root.raw_items()):
            if count >= self.limits.max_headers:
                self.warnings.append("too_many_headers")
                return
            yield name, str(value)

    @property
    def content_type(self) -> tuple[str, dict[str, str]]:
        return part_type(self.root)


def header(part: Message, name: str) -> str:
    """The first raw value of a header of a part."""
    wanted = name.lower()
    return next((str(value) for key, value in part.raw_items() if key.lower() == wanted), "")


def part_type(part: Message, default: str = "text/plain") -> tuple[str, dict[str, str]]:
    main, params = parameters(header(part, "content-type"))
    main = main.split(" ")[0].strip(";,\"' ")
    if main.count("/") != 1:
        main = {"text": "text/plain", "html": "text/html"}.get(main, default) if main else default
    return main, params


def read_tree(raw: bytes, limits: Limits) -> Tree:
    """Parse in small bites and stop at the limit, so that a bomb costs no more than its first thousand parts."""
    warnings: list[str] = []
    if len(raw) > limits.max_bytes:
        raw = raw[: limits.max_bytes]
        warnings.append("too_large")
    raw = _from_the_first_header(raw)
    parts: list[Part] = []

    def new_part(**kwargs: object) -> Part:
        part = Part(policy=policy.compat32)
        parts.append(part)
        return part

    parser = BytesFeedParser(new_part, policy=policy.compat32)
    step = _CHUNK if raw.count(b"\n--", 0, 2_000_000) > limits.max_parts or raw.count(b"oundary") > 30 else 1 << 20
    for start in range(0, len(raw), step):
        try:
            parser.feed(raw[start : start + step])
        except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
            warnings.append("broken_structure")
            break
        if len(parts) > limits.max_parts:
            warnings.append("too_many_parts")
            break
        if step == _CHUNK and _depth(parts[0]) > limits.max_depth:
            warnings.append("too_deep")
            break
    try:
        root = parser.close()
    except Exception:
        root, warnings = _as_one_text(raw), [*warnings, "broken_structure"]
    return Tree(root if isinstance(root, Part) else _as_one_text(raw), warnings, limits)


def _from_the_first_header(raw: bytes) -> bytes:
    """Drop what mail stores and clumsy pipes put before the headers; a mail without any header is all body."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t\x00")
    if b"\n" not in raw[:100_000] and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    head = raw[:4096]
    first = head.split(b"\n", 1)[0]
    if first.startswith((b"From ", b">From ")) or _HEADER_LINE.match(first):
        return raw
    match = _HEADER_LINE.search(head)
    blank = re.search(rb"\r?\n\r?\n", head)
    if match and (not blank or match.start() < blank.start()):
        return raw[match.start() :]
    return b"\n" + raw


def _depth(root: Part) -> int:
    depth, node = 0, root
    while True:
        children = node.body
        if not isinstance(children, list) or not children:
            return depth
        node, depth = children[-1], depth + 1


def _as_one_text(raw: bytes) -> Part:
    """The headers and everything else as one text: for structures that the parser cannot follow."""
    head, _, rest = raw.partition(b"\n\n") if b"\r\n\r\n" not in raw[:1_000_000] else raw.partition(b"\r\n\r\n")
    part = Part(policy=policy.compat32)
    for line in re.sub(rb"\r?\n[ \t]+", b" ", head[:1_000_000]).split(b"\n"):
        name, colon, value = line.decode("utf-8", "surrogateescape").partition(":")
        if colon and name.strip().lower() not in ("content-type", "content-transfer-encoding"):
            part.set_raw(name.strip(), value.strip())
    part.set_payload(rest[:200_000].decode("utf-8", "surrogateescape"))
    return part


def payload(part: Part) -> bytes:
    """The bytes of a leaf after its transfer encoding; damaged encodings yield what can be decoded."""
    body = part.body
    if not isinstance(body, str):
        return b""
    encoding = re.sub(r"[^a-z0-9-]", "", header(part, "content-transfer-encoding").lower().split(";")[0])
    raw = body.encode("utf-8", "surrogateescape")
    if encoding == "base64":
        return _base64(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    return _uudecoded(raw) or raw if encoding in ("x-uuencode", "uuencode", "x-uue", "uue") else raw


def _uudecoded(raw: bytes) -> bytes:
    """A body that is declared as uuencoded; damaged lines are left out."""
    out, inside = [], False
    for line in raw.split(b"\n"):
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        else:
            try:
                out.append(binascii.a2b_uu(line.rstrip(b"\r")))
            except binascii.Error:
                continue
    return b"".join(out)


def _base64(raw: bytes) -> bytes:
    """Real base64, or the bytes as they are when the part only claims to be (sent by real clients)."""
    stripped = raw.strip()
    strange = len(_DECODABLE.findall(stripped[:4000]))
    return raw if strange * 10 > len(stripped[:4000]) else lenient_base64(raw)
