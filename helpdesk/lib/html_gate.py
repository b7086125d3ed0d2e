"""How dangerous a piece of HTML is to parse, told by one linear look, before any parser sees it."""

from __future__ import annotations

import re
from collections import defaultdict

MAX_CHARS = 2_000_000
MAX_TAGS = 40_000
MAX_DEPTH = 400
MAX_TAG_CHARS = 20_000
"""Characters of one tag, images in it not counted: attributes are compared each with each."""
CHEAP_CHARS = 150_000
CHEAP_TAGS = 3_000
CHEAP_DEPTH = 80
CHEAP_TAG_CHARS = 3_000

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})")
_IMAGE_DATA = re.compile(r"base64,[A-Za-z0-9+/=\s]+")
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "dt",
        "dd",
        "option",
    ]
)


def danger(html: str) -> str:
    """Why this must not be parsed at all ("too_large", "too_many_tags", "tag_too_long", "too_deep"), or ""."""
    if len(html) > MAX_CHARS:
        return "too_large"
    if html.count("<") > MAX_TAGS:
        return "too_many_tags"
    if _longest_tag(html) > MAX_TAG_CHARS:
        return "tag_too_long"
    return "too_deep" if depth(html) > MAX_DEPTH else ""


def is_cheap(html: str) -> bool:
    """Whether even a hostile text of this size and shape is parsed in a blink, so that no child process is needed."""
    return (
        len(html) <= CHEAP_CHARS
        and html.count("<") <= CHEAP_TAGS
        and depth(html) <= CHEAP_DEPTH
        and _longest_tag(html) <= CHEAP_TAG_CHARS
    )


def depth(html: str) -> int:
    """The most elements that can be open at once; an end tag closes only its own kind, so tricks count against."""
    open_now: dict[str, int] = defaultdict(int)
    total = deepest = 0
    for match in _TAG.finditer(html):
        name = match.group(2).lower()
        if name in _VOID:
            continue
        if not match.group(1):
            open_now[name] += 1
            total += 1
            deepest = max(deepest, total)
        elif open_now[name]:
            open_now[name] -= 1
            total -= 1
    return deepest


def _longest_tag(html: str) -> int:
    longest = 0
    for piece in html.split("<")[1:]:
        size = len(piece.split(">", 1)[0])
        if size > longest:
            longest = max(longest, len(_IMAGE_DATA.sub("", piece[:size])) if "base64," in piece else size)
    return longest
