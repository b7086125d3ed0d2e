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
    code, _colon, name = code.partition(":")
    said = _WARNINGS.get(code)
    words = said() if said else code.replace("_", " ")
    return f"{words} {name}" if name else words


_WARNINGS = {
    "html_too_large": lambda: _("The formatting was refused; the plain text is shown."),
    "html_too_many_tags": lambda: _("The formatting was refused; the plain text is shown."),
    "html_tag_too_long": lambda: _("The formatting was refused; the plain text is shown."),
    "html_too_deep": lambda: _("The formatting was refused; the plain text is shown."),
    "html_too_slow": lambda: _("The formatting was refused; the plain text is shown."),
    "attachment_too_large": lambda: _("Too large, only in the original mail:"),
    "too_many_attachments": lambda: _("Too many files, only in the original mail:"),
    "reply_to_differs": lambda: _("Asks for answers to another address."),
    "name_claims_other_address": lambda: _("The sender's name shows another address."),
    "sender_forged": lambda: _("Our mail host says that the sender is forged."),
    "message_id_reused": lambda: _("Its Message-ID was used before by another mail."),
    "too_long_to_fold": lambda: _("Too long to fold away what it quotes."),
    "too_many_parts": lambda: _("Has too many parts; the rest is only in the original mail."),
    "too_deep": lambda: _("Nested too deeply; the rest is only in the original mail."),
    "too_large": lambda: _("Too large; the rest is only in the original mail."),
    "broken_structure": lambda: _("Its structure is broken; it is shown as far as it can be read."),
    "too_many_addresses": lambda: _("Has too many recipients; the rest is only in the original mail."),
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
