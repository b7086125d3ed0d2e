"""What tickets give to the command palette: tickets, views, and texts for the composer."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agents.models import Agent
from agents.permissions import Permission
from helpdesk.lib.palette import Asked, Entry, Section, spoken
from tickets.canned import fill, values_on
from tickets.finding import find, ticket_number
from tickets.models import CannedText, Ticket, TicketRead
from tickets.search import parse
from tickets.search.finding import numbers
from tickets.standing_views import VIEWS, saved_views

MOST = 6
SHORTEST = 2


def tickets(asked: Asked) -> list[Section]:
    """By number or words, the newest first (the index of search gives them in that order); those one was at last when
    nothing is typed (rides read_once)."""
    if not asked.actor.can(Permission.READ):
        return []
    visible = Ticket.objects.visible_to(asked.actor)
    if not asked.text:
        lately = TicketRead.objects.of(asked.actor).exclude(ticket_id=asked.ticket_id or 0).order_by("-at")
        keys = list(lately.values_list("ticket_id", flat=True)[:MOST])
        return [Section(_("Recent"), _entries(asked, keys))]
    keys = []
    if (number := ticket_number(asked.text)) and find(visible, f"#{number}").exists():
        keys.append(number)
    if len(asked.text) >= SHORTEST:
        keys += [key for key in numbers(visible, parse(asked.text), MOST, internal=True) if key not in keys]
    further = Entry(
        _("Search for “%(words)s”") % {"words": asked.text},
        icon="search",
        url=f"{reverse('tickets:search')}?{urlencode({'q': asked.text})}",
    )
    return [Section(_("Tickets"), [*_entries(asked, keys[:MOST]), further])]


def _entries(asked: Asked, keys: list[int]) -> list[Entry]:
    rows = {row.pk: row for row in Ticket.objects.visible_to(asked.actor).filter(pk__in=keys).for_list()}
    return [
        Entry(
            f"#{key} {rows[key].subject}",
            f"{rows[key].requester_name} · {rows[key].get_status_display()}",
            "ticket",
            url=reverse("tickets:detail", args=[key]),
        )
        for key in keys
        if key in rows
    ]


def views(asked: Asked) -> list[Section]:
    """Standing views by their names in the reader's language or in English, saved ones by theirs; a person has at most
    some dozens."""
    known = [*VIEWS.values(), *saved_views(asked.actor)] if asked.text else []
    inbox = reverse("tickets:inbox")
    found = [
        Entry(str(view.label), icon=view.icon, url=f"{inbox}?{urlencode({'view': view.slug})}")
        for view in known
        if spoken(view.label, asked.text)
    ]
    return [Section(_("Views"), found[:MOST])]


def texts(asked: Asked) -> list[Section]:
    """While one writes on a ticket: the texts that match, filled for it."""
    if not (asked.composing and asked.ticket_id):
        return []
    ticket = Ticket.objects.visible_to(asked.actor).for_detail().filter(pk=asked.ticket_id).first()
    agent = Agent.objects.filter(pk=asked.actor.id).first()
    if ticket is None or agent is None:
        return []
    matching = CannedText.objects.visible_to(asked.actor).matching(asked.text)[:MOST]
    values = values_on(ticket, agent)
    found = [
        Entry(
            text.title, f"/{text.shortcut}" if text.shortcut else "", "text-quote", insert=fill(text.body, values).text
        )
        for text in matching
    ]
    return [Section(_("Insert a text"), found)]
