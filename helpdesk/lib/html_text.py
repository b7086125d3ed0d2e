"""HTML as plain words, laid out as a text browser would; whatever the HTML, something readable comes out."""

from __future__ import annotations

import re
from html import unescape

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from helpdesk.lib import html_gate, sandbox

SECONDS = 2.0


def to_text(html: str) -> str:
    """The words of HTML as a text browser would lay them out; hostile HTML is read more coarsely, never refused."""
    if not html.strip():
        return ""
    html = html.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if html_gate.danger(html):
        return _coarse_text(html)
    try:
        text = _text(html) if html_gate.is_cheap(html) else sandbox.call(f"{__name__}:_text", html, timeout=SECONDS)
    except (sandbox.SandboxError, ValueError, RecursionError, AssertionError, IndexError, AttributeError):
        return _coarse_text(html)
    return str(text)


_TEXT_CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_images=False, display_links=False)


def _text(html: str) -> str:
    html = re.sub(r"<\?xml[^>]{0,500}>", "", html, count=3)
    return _tidy(get_text(html, _TEXT_CONFIG))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\xa0", " ").replace("\r", "").split("\n")]
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).rstrip()


def _coarse_text(html: str) -> str:
    """Tags out by linear patterns; script and style go with their content."""
    html = _without_element(_without_element(html[: html_gate.MAX_CHARS], "script"), "style")
    html = re.sub(r"</?(?:br|p|div|tr|li|h[1-6])\b[^<>]*>", "\n", html, flags=re.I)
    return _tidy(unescape(re.sub(r"<[^<>]*>", "", html)))


def _without_element(html: str, name: str) -> str:
    pieces, position = [], 0
    opening, closing = re.compile(f"<{name}", re.I), re.compile(f"</{name}[^<>]*>", re.I)
    while match := opening.search(html, position):
        pieces.append(html[position : match.start()])
        end = closing.search(html, match.end())
        position = end.end() if end else len(html)
    return "".join((*pieces, html[position:]))
