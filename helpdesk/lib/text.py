"""Plain words: cleaning, shortening and showing text that strangers wrote."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Any

from markdown_it import MarkdownIt

from helpdesk.lib import html as safe_html

MARKDOWN_LIMIT = 100_000
"""Characters of Markdown that are rendered; longer text is shown as plain paragraphs."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_ONE_LINE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile("[\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_LINK = re.compile(r"(?<![\w@/])(https?://[^\s<>\"'`{}|\\^]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_TRAILING = ".,;:!?)]}'\"»…"


def clean(text: str) -> str:
    """Text that every database accepts: no NUL, lone surrogate or control character; line ends are "\\n"."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))


def one_line(text: str, limit: int = 998) -> str:
    """A value that is safe in a mail header, a log line and a title: one line, no control or bidi characters."""
    return _ONE_LINE.sub(" ", without_invisible(_SURROGATES.sub("\ufffd", text))).strip()[:limit].rstrip()


def without_invisible(text: str) -> str:
    """Drop characters that show nothing but change how a name reads (zero width, bidi overrides)."""
    return _INVISIBLE.sub("", text)


def excerpt(text: str, length: int = 140) -> str:
    """The first words on one line, cut at a word where there is one near, with an ellipsis when something was cut."""
    flat = one_line(text[: length * 8], length * 8)
    if len(flat) <= length:
        return flat
    head = flat[: length - 1]
    space = head.rfind(" ")
    return (head[:space] if space > length // 2 else head).rstrip(" ,;:-") + "…"


def same_words(text: str) -> str:
    """The text as comparisons see it: composed (NFC), every run of white space one space, trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def paragraphs(text: str) -> str:
    """Plain text as safe HTML: escaped first, then parted at blank lines; web and mail addresses become links."""
    blocks = re.split(r"\n[ \t]*\n", clean(text).strip("\n"))
    return "\n".join(f"<p>{_lines(block)}</p>" for block in blocks if block.strip())


def _lines(block: str) -> str:
    return "<br>".join(_linked(line) for line in block.strip("\n").split("\n"))


def _linked(line: str) -> str:
    out, end = [], 0
    for match in _LINK.finditer(line):
        target = match.group(1).rstrip(_TRAILING)
        out.append(escape(line[end : match.start()]))
        out.append(_anchor(target))
        end = match.start() + len(target)
    out.append(escape(line[end:]))
    return "".join(out)


def _anchor(target: str) -> str:
    href = target if target.startswith("http") else f"mailto:{target}"
    return f'<a href="{escape(href)}" rel="{safe_html.LINK_REL}" target="_blank">{escape(target)}</a>'


_MARKDOWN: Any = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20})
_MARKDOWN.enable(["table", "strikethrough", "linkify"])


def markdown(text: str) -> str:
    """An agent's Markdown as safe HTML; raw HTML in it is shown, not obeyed. Too long a text becomes paragraphs."""
    text = clean(text)
    if len(text) > MARKDOWN_LIMIT or _many_brackets(text):
        return paragraphs(text)
    return safe_html.sanitise_rendered(_MARKDOWN.render(text))


def _many_brackets(text: str) -> bool:
    """Nests of brackets, stars and quotes are what makes Markdown parsers slow; a person's answer has few."""
    return sum(map(text.count, "[]*_`<>!~")) > 4000
