"""Says in a line what a channel is told, and in the form of its program, so that a stranger's words stay words (G07).

A ticket's subject may hold what a chat program reads as a mention, a link or the markup of a card. It goes only where
the program takes plain text (Slack's plain_text, a TextRun of Teams), and what programs recognise by themselves even
there is broken by a character that nobody sees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.lib.moments import day_and_time
from helpdesk.lib.text import one_line
from notifications.chat_models import ChatHook
from sla.models import Escalation, Metric
from tickets.wording import author

if TYPE_CHECKING:
    from notifications.chat_models import ChatNews
    from tickets.models import Change, Event

JOINER = "\u2060"
"""Word joiner: has no width, and no address or mention goes on behind it."""
MOST_LINES = 20
LONGEST_LINE = 250
_RECOGNISED = re.compile(r"(://|www\.|@|<|\$?\{)", re.IGNORECASE)


def payload(hook: ChatHook, news: Sequence[ChatNews]) -> dict[str, Any]:
    """The JSON of one message with all of it; with no news it is the message of the test button."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(UTC):
        lines = [_line(one, hook.with_words) for one in news[:MOST_LINES]]
        if (more := len(news) - MOST_LINES) > 0:
            lines.append(ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more})
        lines = lines or [_("This channel is told what happens in the helpdesk.")]
        tickets = dict.fromkeys(one.ticket_id for one in news[:MOST_LINES])
        links = [(f"#{pk}", settings.BASE_URL + reverse("tickets:detail", args=[pk])) for pk in tickets]
        shape = _slack if hook.program == ChatHook.Program.SLACK else _teams
        return shape(lines, links)


def plain(text: str) -> str:
    """One line of somebody's words in which no program finds a mention, a link or a placeholder."""
    return _RECOGNISED.sub(lambda found: JOINER.join(found[0]) + JOINER, one_line(text, LONGEST_LINE))


def _line(one: ChatNews, with_words: bool) -> str:
    subject = f" {plain(one.ticket.subject)}" if with_words else ""
    said = "; ".join(dict.fromkeys(filter(None, (_said(event, one.change) for event in one.change.events.all()))))
    return f"#{one.ticket_id}{subject}: {said}"


def _said(event: Event, change: Change) -> str:
    data, who = event.data, plain(author(change))
    if event.kind in ("escalated", "escalation_reminded"):
        return _escalated(event)
    if event.kind == "sla_breached" or event.kind == "sla_step_taken":
        return _promise(event)
    words = {
        "escalation_acknowledged": _("%(who)s acknowledged the escalation"),
        "escalation_taken_over": _("%(who)s took the escalation over"),
        "escalation_handed_back": _("%(who)s handed the ticket back"),
        "escalation_resolved": _("%(who)s resolved the escalation"),
    }
    return words[event.kind] % {"who": who, **data} if event.kind in words else ""


def _escalated(event: Event) -> str:
    data = event.data
    asked = data["owner"] or data["team"]
    whom = plain(asked["name"]) if asked else _("whoever is on duty")
    words = {"whom": whom, "level": data["level"]}
    if event.kind == "escalation_reminded":
        return _("still waits for %(whom)s, level %(level)d") % words
    reason = Escalation.Reason(data["reason"]).label
    return _("escalated to %(whom)s, level %(level)d (%(reason)s)") % {**words, "reason": reason}


def _promise(event: Event) -> str:
    metric, due = Metric(event.data["metric"]).label, parse_datetime(event.data["due_at"] or "")
    moment = f"{day_and_time(due)} UTC" if due else ""
    if event.kind == "sla_step_taken" and due is not None and event.change.created_at < due:
        return _("%(metric)s falls due on %(moment)s") % {"metric": metric, "moment": moment}
    return _("%(metric)s is late since %(moment)s") % {"metric": metric, "moment": moment}


def _slack(lines: Sequence[str], links: Sequence[tuple[str, str]]) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": line, "emoji": False}} for line in lines
    ]
    if links:
        # Only our own numbers and addresses are written as markup.
        shown = "  ".join(f"<{url}|{label}>" for label, url in links)
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": shown}]})
    # What phones show: without anybody's words.
    fallback = " ".join(label for label, _url in links) or _("Helpdesk")
    return {"text": fallback, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _teams(lines: Sequence[str], links: Sequence[tuple[str, str]]) -> dict[str, Any]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in lines],
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": url} for label, url in links[:6]],
    }
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attached]}
