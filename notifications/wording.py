"""Says what an agent is told, in the reader's language: "Leo and 2 others replied"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.kinds import Kind
from notifications.models import Notification
from tickets.wording import author


def people(names: Sequence[str]) -> str:
    """One name, two names, or the first and how many others; `names` holds each once, the newest first."""
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return _("%(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    more = len(names) - 1
    return ngettext("%(one)s and %(n)d other", "%(one)s and %(n)d others", more) % {"one": names[0], "n": more}


def phrase(news: Sequence[Notification]) -> str:
    """What happened, of notifications of one kind about one ticket, the newest first."""
    names = list(dict.fromkeys(author(one.change) for one in news))
    return _PHRASES[news[0].kind](people(names))


_PHRASES: dict[str, Callable[[str], str]] = {
    Kind.MENTION: lambda who: _("%(who)s mentioned you") % {"who": who},
    Kind.ESCALATION: lambda who: _("You are asked to look at this escalated ticket"),
    Kind.ASSIGNED: lambda who: _("%(who)s assigned this to you") % {"who": who},
    Kind.REPLY: lambda who: _("%(who)s replied") % {"who": who},
    Kind.SLA_BREACH: lambda who: _("A promise was missed"),
    Kind.SLA_WARNING: lambda who: _("A promise falls due soon"),
    Kind.ESCALATION_ANSWER: lambda who: _("%(who)s answered your escalation") % {"who": who},
    Kind.HELD: lambda who: _("A scheduled reply was held back"),
    Kind.NOTE: lambda who: _("%(who)s left a note") % {"who": who},
    Kind.REOPENED: lambda who: _("%(who)s reopened the ticket") % {"who": who},
    Kind.WOKE: lambda who: _("The snooze is over"),
    Kind.TEAM: lambda who: _("%(who)s brought this to your team") % {"who": who},
}
