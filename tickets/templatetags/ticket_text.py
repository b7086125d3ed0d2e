"""How the words of a message reach a page: our own Markdown and plain text inline, a designed mail in a frame."""

from __future__ import annotations

import re

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from helpdesk.lib.html import sanitise_rendered
from helpdesk.lib.text import paragraphs
from tickets.models import Message

register = template.Library()

# Anything beyond lines and paragraphs: then the sender meant it to look like something.
_DESIGNED = re.compile(r"<(?:table|img|a|ul|ol|h[1-6]|b|strong|i|em|u|s|del|pre|code|hr|blockquote|center)[\s>]", re.I)


@register.filter
def framed(message: Message) -> bool:
    """A stranger's HTML is shown only inside a sandboxed frame; what is plain anyway is shown as plain text."""
    return message.author_kind == Message.Author.CUSTOMER and bool(_DESIGNED.search(message.html))


@register.filter
def words(message: Message) -> SafeString:
    """The new words as safe HTML: an agent's Markdown, cleaned once more, or escaped plain text."""
    if message.author_kind != Message.Author.CUSTOMER and message.html:
        return mark_safe(sanitise_rendered(message.html))  # noqa: S308 - just sanitised
    return mark_safe(paragraphs(message.text))  # noqa: S308 - escapes everything


@register.filter
def plainly(text: str) -> SafeString:
    """Plain text as paragraphs, escaped, with links."""
    return mark_safe(paragraphs(text))  # noqa: S308 - escapes everything


@register.filter
def remote_images(message: Message) -> int:
    """How many pictures wait on foreign servers until the reader asks for them."""
    return message.html.count(' data-remote-src="')


@register.filter
def attached(message: Message) -> list[object]:
    """The files to list below the words: not the pictures that stand inside them."""
    return [a for a in message.attachments.all() if not (a.inline and a.content_id and a.content_id in message.html)]


@register.filter
def file_icon(content_type: str) -> str:
    """The icon for a kind of file."""
    if content_type.startswith("image/"):
        return "file-image"
    if content_type in ("application/zip", "application/gzip", "application/x-7z-compressed"):
        return "file-archive"
    if content_type.startswith("text/") or content_type == "application/pdf":
        return "file-text"
    return "file"


@register.filter
def warning_words(code: str) -> str:
    """What a warning of the mail reader means to an agent; codes without words of their own are said as they are."""
    said = _WARNINGS.get(code.split(":")[0])
    return said() if said else code.replace("_", " ")


_WARNINGS = {
    "html_refused": lambda: _("The formatting was refused; the plain text is shown."),
    "text_cut": lambda: _("Very long; the end is only in the original mail."),
    "charset_guessed": lambda: _("Written in an unknown character set; some letters may be wrong."),
}


@register.filter
def shown_value(value: object) -> str:
    """The value of a custom field in words."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


@register.filter
def parameter(given: QueryDict, key: str) -> str:
    """What the address says about a custom field."""
    return str(given.get(f"field_{key}", ""))
