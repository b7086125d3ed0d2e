"""The views of the inbox, standing and saved: names for TicketFilter parameters, counted together in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.filters import QUERY, TicketFilter, finds_only_open, stored_question
from tickets.models import SavedView, Ticket
from tickets.query_names import DatabaseNames
from tickets.query_text import FREE

if TYPE_CHECKING:
    from agents.actors import Actor

COUNT_UP_TO = 99


@dataclass(frozen=True, slots=True)
class View:
    """A named set of filter parameters. Only `counted` views say how many they hold: those that people empty."""

    slug: str
    label: str | Promise
    icon: str
    parameters: Mapping[str, str | Sequence[str]]
    counted: bool = True
    sort: str = ""
    columns: Sequence[str] = field(default=())
    saved: SavedView | None = None


VIEWS: dict[str, View] = {
    view.slug: view
    for view in (
        View("mine", _("Mine"), "circle-user", {"assignee": "me", "is": "open"}),
        View("unassigned", _("Unassigned"), "user-plus", {"assignee": "none", "is": "open"}),
        View("waiting", _("Waiting for us"), "message-circle-reply", {"is": "waiting"}),
        View("due_soon", _("Due soon"), "timer", {"is": "due_soon"}, sort="due"),
        View("escalated", _("Escalated"), "siren", {"is": "escalated"}),
        View("open", _("All open"), "inbox", {"is": "open"}),
        View("pending", _("Pending"), "clock", {"status": "pending"}),
        View("on_hold", _("On hold"), "circle-pause", {"status": "on_hold"}),
        View("snoozed", _("Snoozed"), "moon", {"is": "snoozed"}),
        View("following", _("Following"), "eye", {"follower": "me"}, counted=False),
        View("solved", _("Solved"), "circle-check", {"is": "ended"}, counted=False),
        View("all", _("Everything"), "list", {}, counted=False),
    )
}
DEFAULT = "open"


def saved_views(actor: Actor) -> list[View]:
    """What the actor saved, and what others share with them; one statement."""
    return [as_view(saved) for saved in SavedView.objects.visible_to(actor).in_order_of(actor)]


def as_view(saved: SavedView) -> View:
    """A saved view is counted where its cost does not grow with what is closed: see TicketFilter.only_open."""
    icon = "users" if saved.is_shared else "bookmark"
    return View(str(saved.pk), saved.name, icon, saved.parameters, True, saved.sort, saved.columns, saved)


def parameters(view: View, given: QueryDict) -> QueryDict:
    """The view's parameters with those of the address beside them; what the address says about the same thing wins.

    A `query` in the address is the whole question: then the view gives nothing to it.
    """
    joined = QueryDict(mutable=True)
    for name, value in view.parameters.items() if QUERY not in given else ():
        if name not in given:
            joined.setlist(name, [value] if isinstance(value, str) else list(value))
    for name, values in given.lists():
        joined.setlist(name, values)
    return joined


def tickets_of(view: View, given: QueryDict, actor: Actor, names: DatabaseNames | None = None) -> TicketFilter:
    asked = parameters(view, given)
    return TicketFilter(asked, queryset=Ticket.objects.visible_to(actor), actor=actor, names=names)


def counts(actor: Actor, views: Iterable[View] | None = None) -> dict[str, int]:
    """How many tickets each counted view holds, at most COUNT_UP_TO + 1: one statement.

    Each piece reads at most that many rows, of indexes that hold only open tickets (ticket_open and its like).
    """
    parts: list[str] = []
    args: list[Any] = []
    slugs: list[str] = []
    base = Ticket.objects.visible_to(actor)
    for view in VIEWS.values() if views is None else views:
        if not view.counted or FREE in view.parameters:
            continue
        asked = {name: [value] if isinstance(value, str) else value for name, value in view.parameters.items()}
        if not finds_only_open(asked):
            continue
        limited = stored_question(asked, base, actor).order_by().values("pk")[: COUNT_UP_TO + 1]
        try:
            sql, params = limited.query.sql_with_params()
        except EmptyResultSet:
            continue
        slugs.append(view.slug)
        # The pieces are SQL that Django compiled, with its own placeholders.
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted_{view.slug})")  # noqa: S608
        args.extend(params)
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", args)
        row: tuple[Any, ...] = cursor.fetchone()
    return dict(zip(slugs, row, strict=True))
