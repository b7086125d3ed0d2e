"""The due chip: how long until a promise on a ticket falls due, or since it did; from columns of the ticket alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.templatetags.ui import duration, exactly

register = template.Library()

NEAR = timedelta(hours=1)


class Promised(Protocol):
    """A Ticket or a ListedTicket."""

    @property
    def next_due_at(self) -> datetime | None: ...

    @property
    def sla_state(self) -> str: ...

    @property
    def is_open(self) -> bool: ...


@register.simple_tag
def due(ticket: Promised) -> SafeString | str:
    """Nothing where nothing is promised. due.js counts on; what alters a promise alters the ticket, and so its row."""
    if not ticket.is_open:
        return ""
    if ticket.sla_state == "paused":
        return paused_chip()
    return due_chip(ticket.next_due_at) if ticket.next_due_at else ""


@register.simple_tag
def due_chip(moment: datetime) -> SafeString:
    """How long until then, or since."""
    left = moment - timezone.now()
    tone = "late" if left <= timedelta() else "near" if left <= NEAR else "calm"
    sign = "triangle-alert" if tone == "late" else "timer"
    return _chip(tone, sign, moment.isoformat(), exactly(timezone.localtime(moment)), due_words(left))


@register.simple_tag
def paused_chip() -> SafeString:
    return _chip("paused", "circle-pause", "", _("The clock stands still"), _("paused"))


def due_words(left: timedelta) -> str:
    """ "due in 1 h 12", "late 2 h 05"; below a minute without a number."""
    if -timedelta(minutes=1) < left < timedelta(minutes=1):
        return _("due now") if left > timedelta() else _("late")
    words = _("due in %(time)s") if left > timedelta() else _("late %(time)s")
    return words % {"time": duration(abs(left))}


@lru_cache(maxsize=1024)
def _chip(tone: str, sign: str, moment: str, title: str, words: str) -> SafeString:
    """All that it says is in the key, in the reader's language and zone."""
    context = {"tone": tone, "sign": sign, "moment": moment, "title": title, "words": words}
    return render_to_string("tickets/_due.html", context)
