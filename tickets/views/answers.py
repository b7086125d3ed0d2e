"""What a ticket page shows, and which pieces of it a gesture or a live event sends anew."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import Said, answer, is_fragment, number_in
from tickets.forms import offered_snoozes, sending_moments
from tickets.models import (
    Change,
    Event,
    FieldDefinition,
    Message,
    Priority,
    Status,
    Ticket,
    TicketLink,
    TicketType,
)
from tickets.models.ticket import MOVES
from tickets.timeline import Timeline, timeline, with_files
from tickets.views.loading import load
from tickets.views.written import Written, kept, planned

MANY = 60


def may(request: AgentRequest) -> dict[str, bool]:
    """Which buttons are drawn. The Actions ask again."""
    can = request.actor.can
    return {
        "reply": can(Permission.REPLY),
        "note": can(Permission.NOTE),
        "edit": can(Permission.EDIT),
        "assign": can(Permission.ASSIGN),
        "follow": can(Permission.FOLLOW),
        "redact": can(Permission.REDACT),
        "merge": can(Permission.MERGE),
        "open": can(Permission.OPEN),
    }


def loaded(request: AgentRequest, ticket_id: int) -> Ticket:
    """The ticket with all that its page shows, or NotVisible."""
    return load(ticket_id, request.actor)


def facts(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    """What head and properties show."""
    return {
        "ticket": ticket,
        "actor": request.actor,
        "can": {} if ticket.is_merged else may(request),
        "can_unmerge": request.actor.can(Permission.MERGE),
        "priority_slug": ticket.priority_slug,
        "moves": [(value, Status(value).label) for value in Status.values if value in MOVES[ticket.status]],
        "priorities": Priority.slugs(),
        "types": TicketType.choices,
        "snooze_moments": [(name, SNOOZE_WORDS[name](), moment) for name, moment in offered_snoozes().items()],
        "fields": custom_fields(ticket),
        "links": links(ticket, request),
        "following": any(f.agent_id == request.actor.id for f in ticket.followers.all()),
    }


SNOOZE_WORDS = {
    "later": lambda: _("In three hours"),
    "tomorrow": lambda: _("Tomorrow morning"),
    "monday": lambda: _("Monday morning"),
    "week": lambda: _("In a week"),
}


def custom_fields(ticket: Ticket) -> list[dict[str, Any]]:
    """The admin's fields with this ticket's values, in their order."""
    return [
        {"definition": definition, "value": ticket.custom.get(definition.key)}
        for definition in FieldDefinition.objects.filter(active=True)
    ]


def links(ticket: Ticket, request: AgentRequest) -> list[dict[str, Any]]:
    """Linked tickets that this reader may see, each with what it is to this one."""
    if not getattr(ticket, "has_links", True):  # annotated by for_detail()
        return []
    visible = Ticket.objects.visible_to(request.actor)
    rows = (
        TicketLink.objects.filter(source=ticket, target__in=visible)
        | TicketLink.objects.filter(target=ticket, source__in=visible)
    ).select_related("source", "target")
    found = []
    for row in rows[:MANY]:
        ours = row.source_id == ticket.pk
        found.append({"kind": row.kind, "ours": ours, "other": row.target if ours else row.source, "row": row})
    return found


def conversation(request: AgentRequest, ticket: Ticket, *, before: int | None = None) -> dict[str, Any]:
    shown = timeline(ticket, request.actor, before=before)
    return {
        "entries": shown.entries,
        "earlier_than": shown.earlier_than,
        "seen": last_seen(shown),
        "first_new": first_new(request, ticket, shown),
    }


def first_new(request: AgentRequest, ticket: Ticket, shown: Timeline) -> int | None:
    """The first message of somebody else that came since the reader last looked; None when there is none, or when this
    is the first look."""
    read = getattr(ticket, "read_up_to", None)  # annotated by load()
    if read is None:
        return None
    said = [entry.message for entry in shown.entries if entry.message]
    news = (m.pk for m in said if m.pk > read and m.agent_id != request.actor.id and m.withdrawn_at is None)
    return next(news, None)


def last_seen(shown: Timeline, fallback: int = 0) -> int:
    return shown.entries[-1].change_id if shown.entries else fallback


def page_context(request: AgentRequest, ticket: Ticket, written: Written | None = None) -> dict[str, Any]:
    before = number_in(request.GET.get("before"))
    return {
        **facts(request, ticket),
        **conversation(request, ticket, before=before),
        **composer(request, ticket, written),
        "planned": planned(request, ticket),
        "panels": [reverse(name, args=[ticket.pk]) for name in settings.TICKET_PANELS],
        "customer_panels": [reverse(name, args=[ticket.requester_id]) for name in settings.TICKET_CUSTOMER_PANELS],
    }


def composer(request: AgentRequest, ticket: Ticket, written: Written | None = None) -> dict[str, Any]:
    """What the composer shows: what was just written, else one's draft, else nothing; always a new gesture."""
    return {
        "draft": written or kept(request.actor, ticket),
        "gesture": uuid4().hex,
        "send_moves": [(value, Status(value).label) for value in (Status.PENDING, Status.ON_HOLD, Status.SOLVED)],
        "sending_moments": [(name, SENDING_WORDS[name](), at) for name, at in sending_moments().items()],
    }


SENDING_WORDS = {
    "hour": lambda: _("In an hour"),
    "tomorrow": lambda: _("Tomorrow morning"),
    "monday": lambda: _("Monday morning"),
}


def changed(
    request: AgentRequest,
    ticket_id: int,
    *,
    said: Said | None = None,
    status: int = 200,
    events: dict[str, Any] | None = None,
    silence: bool = False,
) -> HttpResponse:
    """After a gesture: for htmx every piece of the page that may differ now, else back to the page.

    `silence` takes away what was said above the composer: what it spoke of has been dealt with.
    """
    context = {**news(request, ticket_id), "silence": silence} if is_fragment(request) else {}
    return answer(
        request,
        "tickets/answers/_changed.html",
        context,
        to=reverse("tickets:detail", args=[ticket_id]),
        said=said,
        status=status,
        events=events,
    )


def news(request: AgentRequest, ticket_id: int) -> dict[str, Any]:
    """What happened since the change that the page showed last, and the pieces that depend on it."""
    ticket = loaded(request, ticket_id)
    after = seen_by(request)
    messages, whole = redrawn(ticket, after)
    shown = timeline(ticket, request.actor) if whole else timeline(ticket, request.actor, after=after)
    return {
        **facts(request, ticket),
        "entries": shown.entries,
        "whole": whole,
        "planned": planned(request, ticket),
        "seen": last_seen(shown, after),
        "redrawn": [] if whole else messages,
        "gesture": uuid4().hex,
        "fresh": True,
    }


def seen_by(request: AgentRequest) -> int:
    """The last change that the page of this request shows."""
    return number_in(request.POST.get("after") or request.GET.get("after")) or 0


EMPTIED = {"message_withdrawn", "message_redacted"}
# A merge or split brings or takes messages among those that stand on the page already.
RESHAPED = {"merged_in", "merged_into", "merge_undone", "split_off", "split_from", "split_undone"}


def redrawn(ticket: Ticket, after: int) -> tuple[list[Message], bool]:
    """Messages that stood on the page already and lost their words since (taken back or redacted), and whether the
    whole conversation has to be drawn anew."""
    rows = list(Event.objects.of_ticket(ticket.pk).told_after(after, {*EMPTIED, *RESHAPED}))
    whole = any(row.kind in RESHAPED for row in rows)
    ids = [row.data["message"] for row in rows if row.kind not in RESHAPED]
    rows_of = Message.objects.filter(ticket=ticket, pk__in=ids).for_conversation()
    return (with_files(rows_of) if ids else []), whole


def news_by_others(request: AgentRequest, ticket_id: int) -> str:
    """The name of somebody else who wrote since, for the banner above the composer; "" when nobody did."""
    row = Change.objects.spoken_by_others(ticket_id, request.actor, after=seen_by(request)).first()
    return row.actor_name if row else ""


def fragment(request: AgentRequest, template: str, context: dict[str, Any]) -> str:
    return render_to_string(template, context, request)
