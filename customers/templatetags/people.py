"""How the pages of people say a language and what time it is where somebody is."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from customers.wording import language

register = template.Library()

register.filter("language_name", language)


@register.simple_tag
def local_time(zone: str) -> SafeString:
    """The zone as people read it, with the time there now; only the name when the machine does not know it."""
    name = zone.replace("_", " ")
    try:
        there = timezone.localtime(timezone=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return format_html("{}", name)
    return format_html('{} <span class="faint num">{}</span>', name, f"{there:%H:%M}")
