"""What a mail shows and what it carries: its words, its HTML, and every other part as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from channels import mime_sniff
from channels.mime_charset import codec_for, decode, detect, html_charset
from channels.mime_headers import decode_words, parameters, single_id, unfold
from channels.mime_names import generated_name, safe_name
from channels.mime_parts import Attachment, Limits, Part, Tree, header, part_type, payload
from helpdesk.lib.html_text import to_text
from helpdesk.lib.text import clean, one_line

_SUBJECT = re.compile(rb"^subject[ \t]*:(.*(?:\r?\n[ \t].*)*)", re.I | re.M)


@dataclass(frozen=True)
class Body:
    text: str
    html: str
    text_from_html: bool
    attachments: tuple[Attachment, ...]
    charset: str
    warnings: tuple[str, ...]


@dataclass
class _Block:
    """One stretch of words: the same said as text, as HTML, or both."""

    text: str = ""
    html: str = ""


@dataclass(frozen=True)
class _Leaf:
    part: Part
    kind: str
    params: dict[str, str]
    disposition: str
    name: str
    alternative: int
    related: bool
    encrypted: bool


def read_body(tree: Tree, limits: Limits) -> Body:
    """Collect the words in the order in which a reader sees them, and the files."""
    warnings: list[str] = []
    blocks: dict[int, _Block] = {}
    files: list[Attachment] = []
    charset = ""
    for number, leaf in enumerate(_leaves(tree.root, limits.max_depth, warnings), 1):
        if number > limits.max_parts:
            warnings.append("too_many_parts")
            break
        data = payload(leaf.part)
        if not _is_words(leaf, blocks.get(leaf.alternative) if leaf.alternative else None):
            files.append(_attachment(leaf, data, len(files) + 1))
            continue
        text, label, honest = _words(leaf, data)
        charset = charset or label
        if not honest:
            warnings.append("charset_guessed")
        block = blocks.setdefault(leaf.alternative or -number, _Block())
        if leaf.kind in ("text/html", "application/xhtml+xml"):
            block.html += text[: limits.max_text]
        else:
            block.text = f"{block.text}\n{text}" if block.text.strip() else text
    return _join(list(blocks.values()), files, charset, warnings, limits)


def _join(blocks: list[_Block], files: list[Attachment], charset: str, warnings: list[str], limits: Limits) -> Body:
    texts, from_html = [], False
    for block in blocks:
        words = block.text
        if not words.strip() and block.html:
            words, from_html = to_text(block.html), True
        if words.strip():
            texts.append(words.strip("\n"))
    text = "\n\n".join(texts) if len(texts) > 1 else (texts[0] if texts else "")
    if len(text) > limits.max_text:
        text = text[: limits.max_text]
        warnings.append("text_cut")
    html = "\n".join(block.html or _escaped(block.text) for block in blocks) if any(b.html for b in blocks) else ""
    return Body(text, html, from_html, tuple(_distinct(files)), charset, tuple(warnings))


def _escaped(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<div>{safe.strip().replace(chr(10), '<br>')}</div>" if text.strip() else ""


def _leaves(root: Part, max_depth: int, warnings: list[str]) -> Iterator[_Leaf]:
    """Leaves in reading order, without recursion; `alternative` joins the leaves that say the same thing."""
    stack: list[tuple[Part, int, int, bool, bool, str]] = [(root, 0, 0, False, False, "text/plain")]
    counter = 0
    while stack:
        part, depth, alternative, related, encrypted, default = stack.pop()
        kind, params = part_type(part, default)
        children = part.body
        if isinstance(children, list):
            if depth > max_depth:
                warnings.append("too_deep")
                continue
            counter += 1
            if kind == "multipart/alternative" and not alternative:
                alternative = counter
            elif kind not in ("multipart/alternative", "multipart/related"):
                alternative = 0 if kind == "multipart/mixed" else alternative
            related = related or kind == "multipart/related"
            encrypted = encrypted or kind == "multipart/encrypted"
            inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            stack += [(child, depth + 1, alternative, related, encrypted, inner) for child in reversed(children)]
            continue
        if kind.startswith("multipart/"):
            kind = "text/plain"
        disposition, extra = parameters(header(part, "content-disposition"))
        name = extra.get("filename") or params.get("name") or extra.get("name") or ""
        yield _Leaf(part, kind, params, disposition.split(" ")[0], name, alternative, related, encrypted)


def _is_words(leaf: _Leaf, said: _Block | None) -> bool:
    """Whether a leaf is part of what the sender says, not a file; `said` is what its alternatives said already."""
    if leaf.kind in ("text/enriched", "text/richtext") and said and said.text.strip():
        return False
    if leaf.encrypted or leaf.disposition == "attachment":
        return False
    if leaf.kind in ("text/html", "application/xhtml+xml"):
        return not leaf.name
    if leaf.kind in ("text/plain", "text/enriched", "text/richtext"):
        return not leaf.name
    return False


def _words(leaf: _Leaf, data: bytes) -> tuple[str, str, bool]:
    declared = leaf.params.get("charset", "")
    label = declared if codec_for(declared) else ""
    if not label and leaf.kind == "text/html":
        label = html_charset(data)
    text, honest = decode(data, label)
    text = clean(text)
    if leaf.params.get("format", "").lower() == "flowed" and leaf.kind == "text/plain":
        text = unflow(text, leaf.params.get("delsp", "").lower() == "yes")
    if leaf.kind in ("text/enriched", "text/richtext"):
        text = re.sub(r"<param>[^<]{0,500}</param>|</?[A-Za-z-]{1,60}>", "", text).replace("<<", "<")
    return text, label if honest else ("" if data.isascii() else detect(data)), honest


def unflow(text: str, delsp: bool = False) -> str:
    """Join the soft line ends of format=flowed (RFC 3676); quotes keep their depth, the signature line stays."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        stripped = line.lstrip(">")
        depth = len(line) - len(stripped)
        stripped = stripped[1:] if stripped.startswith(" ") else stripped
        signature = stripped.rstrip("\n") == "-- "
        flows = stripped.endswith(" ") and not signature
        body = stripped[:-1] if flows and delsp else stripped
        if open_depth == depth and not signature and out:
            out[-1] += body
        else:
            out.append(f"{'>' * depth} {body}" if depth else body)
        open_depth = depth if flows else -1
    return "\n".join(out)


def _attachment(leaf: _Leaf, data: bytes, number: int) -> Attachment:
    name = safe_name(decode_words(leaf.name)) if leaf.name else ""
    kind = leaf.kind
    if kind == "text/plain" and leaf.name and not header(leaf.part, "content-type"):
        kind = "application/octet-stream"
    kind = mime_sniff.content_type(kind, data, name)
    generated = not name
    if generated:
        title = nested_subject(data) if leaf.kind == "message/rfc822" else ""
        name = generated_name(kind, number, title)
    content_id = single_id(unfold(header(leaf.part, "content-id")))
    inline = leaf.disposition == "inline" or (bool(content_id) and leaf.disposition != "attachment" and leaf.related)
    return Attachment(name, kind, data, content_id, inline, generated, one_line(leaf.kind, 100))


def nested_subject(data: bytes) -> str:
    """The subject of a message inside the message, for its file name only."""
    head = re.split(rb"\r?\n\r?\n", data[:65_536].lstrip(), maxsplit=1)[0]
    match = _SUBJECT.search(head)
    return one_line(decode_words(unfold(match.group(1).decode("utf-8", "surrogateescape"))), 200) if match else ""


def _distinct(files: list[Attachment]) -> Iterator[Attachment]:
    """Attachments as they are: two of one name stay two (the store keeps them apart by content and row)."""
    yield from files
