"""Moments of an account, to the second where they have one."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.templatetags.ui import exactly

register = template.Library()


@register.simple_tag
def instant(moment: datetime, beside: datetime | None = None) -> SafeString:
    """ "Tue 23 Dec, 15:00", or of the same day as `beside` only the time; seconds where there are any."""
    local = timezone.localtime(moment)
    words = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    if beside is None or timezone.localtime(beside).date() != local.date():
        words = f"{date_format(local, 'D')} {date_format(local, 'MONTH_DAY_FORMAT')}, {words}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exactly(local), words)
