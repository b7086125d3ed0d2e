"""The small signs that every page draws many times: icons, avatars, states, priorities and moments."""

from __future__ import annotations

import zlib
from datetime import date, datetime, timedelta
from functools import lru_cache

import lucide
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from helpdesk.lib.moments import near_day_and_time

register = template.Library()

AVATAR_COLOURS = 8


@lru_cache(maxsize=512)
def _svg(name: str) -> SafeString:
    """One icon as inline SVG, drawn once per process: serialising XML for every row of a list is what costs."""
    svg = lucide._render_icon(name, 16, **{"class": "icon", "aria_hidden": "true", "focusable": "false"})
    return mark_safe(" ".join(svg.split()))  # noqa: S308 - from the icon set on disk, chosen by our own templates


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon by its Lucide name; what it means must stand in words beside it (or in aria-label)."""
    return _svg(name)


@register.simple_tag
def constant(template: str) -> SafeString:
    """A template that says the same to every reader of a language, drawn once per language."""
    draw = _constant.__wrapped__ if settings.DEBUG else _constant
    return draw(template, get_language())


@lru_cache(maxsize=64)
def _constant(template: str, language: str | None) -> SafeString:
    return render_to_string(template)


def initials(name: str) -> str:
    """One or two letters for a person: of the first and last word, or of a mail address."""
    words = [word for word in name.split("@")[0].replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def avatar(name: str, size: str = "", key: object = None) -> SafeString:
    """A round sign for a person; the same name (or `key`) always has the same colour. Sizes: sm, lg, xl."""
    return _avatar(name, size or "md", str(key or name))


@lru_cache(maxsize=2048, typed=True)  # so that what is marked as safe never answers for what is not
def _avatar(name: str, size: str, key: str) -> SafeString:
    if not name:
        return format_html('<span class="avatar avatar--none avatar--{}" aria-hidden="true"></span>', size)
    return format_html(
        '<span class="avatar avatar--{} avatar--{}" aria-hidden="true" title="{}">{}</span>',
        zlib.crc32(key.encode()) % AVATAR_COLOURS,
        size,
        name,
        initials(name),
    )


@register.simple_tag
def state(value: str, label: str, bare: bool = False) -> SafeString:
    """A ticket's state: a shape of its own and its word; `bare` keeps the word for screen readers and the tooltip."""
    return _sign("state", value, str(label), bare)


@register.simple_tag
def priority(value: str, label: str, bare: bool = False) -> SafeString:
    """A ticket's priority, drawn like `state`."""
    return _sign("priority", value, str(label), bare)


@lru_cache(maxsize=512, typed=True)
def _sign(kind: str, value: str, label: str, bare: bool) -> SafeString:
    if bare:
        return format_html('<span class="{0} {0}--{1} is-bare" title="{2}"><span>{2}</span></span>', kind, value, label)
    return format_html('<span class="{0} {0}--{1}"><span>{2}</span></span>', kind, value, label)


@register.simple_tag
def when(moment: datetime | None) -> SafeString | str:
    """How long ago, in few letters, with the exact time on hover; app.js keeps the young ones fresh."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>', moment.isoformat(), exactly(local), ago(local)
    )


@register.simple_tag
def at(moment: datetime | None) -> SafeString | str:
    """The day and the time of day in the reader's zone, with the full date on hover."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exactly(local), short(local))


@register.filter
def near(moment: datetime) -> str:
    """A moment of these weeks with its weekday: "Sun 22 Nov, 09:00"."""
    return near_day_and_time(moment)


def exactly(local: datetime) -> str:
    """The whole moment, for a tooltip: weekday, date, time and zone."""
    return f"{_day(local.date(), get_language())}, {local:%H:%M} {local.tzname() or ''}".strip()


@lru_cache(maxsize=1024)
def _day(day: date, language: str | None) -> str:
    """A list says the same few days over and over."""
    return f"{date_format(day, 'D')} {date_format(day, 'DATE_FORMAT')}"


def short(local: datetime) -> str:
    """Today only the time; this year without the year."""
    today = timezone.localdate()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return _("Yesterday %(time)s") % {"time": f"{local:%H:%M}"}
    day = date_format(local, "MONTH_DAY_FORMAT" if local.year == today.year else "SHORT_DATE_FORMAT")
    return f"{day}, {local:%H:%M}"


def ago(local: datetime) -> str:
    """Minutes and hours within a day, the weekday within a week, else the date."""
    now = timezone.localtime()
    seconds = (now - local).total_seconds()
    if -60 < seconds < 60:
        return _("now")
    if 0 < seconds < 3600:
        return _("%(minutes)d min") % {"minutes": seconds // 60}
    if 0 < seconds < 86400:
        return _("%(hours)d h") % {"hours": seconds // 3600}
    if 0 < seconds < 6 * 86400:
        return date_format(local, "D")
    return date_format(local, "MONTH_DAY_FORMAT" if local.year == now.year else "SHORT_DATE_FORMAT")


@register.filter
def duration(value: timedelta | float | None) -> str:
    """A length of time as people write it on a wall: "45 min", "1 h 12", "3 d 4 h"."""
    if value is None:
        return ""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    minutes = int(abs(seconds) // 60)
    sign = "-" if seconds < 0 else ""
    if minutes < 60:
        return sign + _("%(minutes)d min") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return sign + (_("%(hours)d h %(rest)02d") % {"hours": hours, "rest": rest})
    days, rest = divmod(hours, 24)
    return sign + (ngettext("%(days)d d %(rest)d h", "%(days)d d %(rest)d h", days) % {"days": days, "rest": rest})


@register.filter
def capped(count: int | None, cap: int = 500) -> str:
    """A count that was stopped at `cap`, so that no page counts a million rows: "500+"."""
    if count is None:
        return ""
    return f"{cap}+" if count > cap else str(count)
