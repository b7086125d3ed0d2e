"""HTML that strangers wrote: made harmless by an allow-list, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import nh3

from helpdesk.lib import html_gate, sandbox
from helpdesk.lib.html_allowed import ATTRIBUTES, GONE_WITH_CONTENT, STYLES, TAGS

LINK_REL = "noopener noreferrer nofollow"
SECONDS = 2.0
"""Wall-clock seconds that a child process may spend on one mail before it is killed."""

_BAD_STYLE = re.compile(r"url|\\|@|expression|image|var\s*\(|attr\s*\(|element\s*\(|/\*|[\x00-\x08]", re.I)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\x00-\x20]", re.I)
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.I)
_DIGITS = re.compile(r"\d{1,4}%?")
_IMG = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
_ATTR = re.compile(r' ([a-z-]+)="([^"]*)"')
_REMOTE = re.compile(r'(<img(?: [a-z-]+="[^"]*")*?) data-remote-src="([^"]*)"((?: [a-z-]+="[^"]*")*>)')


@dataclass(frozen=True)
class SafeHtml:
    """Harmless HTML, how many remote images wait for the reader's wish, and why the HTML was refused, if it was."""

    html: str
    blocked_images: int = 0
    refused: str = ""


def sanitise(html: str, cid_url: Callable[[str], str | None] | None = None) -> SafeHtml:
    """Allow-listed HTML; refused HTML comes back empty with a reason, and the caller shows the plain text instead.

    Remote images keep their address in `data-remote-src`, inline ones their id in `data-cid` until
    `place_inline_images` (or `cid_url` here) names a URL of ours. Sanitising the result again changes nothing.
    """
    html = html.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    refused = html_gate.danger(html)
    if refused:
        return SafeHtml("", refused=refused)
    try:
        clean = _clean(html) if html_gate.is_cheap(html) else sandbox.call(f"{__name__}:_clean", html, timeout=SECONDS)
    except sandbox.SandboxError:
        return SafeHtml("", refused="too_slow")
    if cid_url:
        clean = place_inline_images(clean, cid_url)
    return SafeHtml(clean, clean.count(' data-remote-src="'))


def sanitise_rendered(html: str) -> str:
    """Clean what our own Markdown renderer made; its input was limited, so it needs neither gate nor child."""
    return _clean(html)


def show_remote_images(html: str) -> str:
    """Give sanitised HTML its remote images back, after the reader asked for them; no referrer is sent."""
    return _REMOTE.sub(r'\1 src="\2" referrerpolicy="no-referrer"\3', html)


def place_inline_images(html: str, url_of: Callable[[str], str | None]) -> str:
    """Give inline images the URL of ours that `url_of` names for their content id; unknown ids stay without one."""

    def place(match: re.Match[str]) -> str:
        attributes = dict(_ATTR.findall(match.group(1)))
        url = url_of(unescape(attributes["data-cid"])) if "data-cid" in attributes else None
        if not url:
            return match.group(0)
        return match.group(0).replace("<img", f'<img src="{url.replace("&", "&amp;").replace(chr(34), "%22")}"', 1)

    return _IMG.sub(place, html)


def _clean(html: str) -> str:
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=GONE_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties=STYLES,
        link_rel=LINK_REL,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return _IMG.sub(_without_source, cleaned)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return None if len(value) > 2000 or _BAD_STYLE.search(value) else value
    if name == "href":
        return value if _LINK.match(value.strip()) else None
    if name == "src":
        return value.strip() if _is_image_address(value.strip()) else None
    if name == "data-remote-src":
        return value if re.match(r"https?://", value, re.I) else None
    if name in ("width", "height"):
        return value if _DIGITS.fullmatch(value.strip()) else None
    return value


def _is_image_address(value: str) -> bool:
    return bool(re.match(r"https?://|cid:", value, re.I) or _DATA_IMAGE.fullmatch(value))


def _without_source(match: re.Match[str]) -> str:
    """nh3 writes attributes in one way only, so its output can be edited by pattern."""
    out = []
    for name, value in _ATTR.findall(match.group(1)):
        lowered = value.lower()
        if name != "src" or lowered.startswith("data:"):
            out.append((name, value))
        elif lowered.startswith("cid:"):
            out.append(("data-cid", value[4:]))
        else:
            out.append(("data-remote-src", value))
    return "<img" + "".join(f' {name}="{value}"' for name, value in dict(out).items()) + ">"
