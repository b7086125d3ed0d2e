"""The standing views of the inbox: names for TicketFilter parameters, counted together in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.filters import TicketFilter
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

COUNT_UP_TO = 99


@dataclass(frozen=True, slots=True)
class View:
    """A named set of filter parameters. Only `counted` views say how many they hold: those that people empty."""

    slug: str
    label: str | Promise
    icon: str
    parameters: Mapping[str, str]
    counted: bool = True


VIEWS: dict[str, View] = {
    view.slug: view
    for view in (
        View("mine", _("Mine"), "circle-user", {"assignee": "me", "is": "open"}),
        View("unassigned", _("Unassigned"), "user-plus", {"assignee": "none", "is": "open"}),
        View("waiting", _("Waiting for us"), "message-circle-reply", {"is": "waiting"}),
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


def parameters(view: View, given: QueryDict) -> QueryDict:
    """The view's parameters with those of the address beside them; what the address says about the same thing wins."""
    joined = QueryDict(mutable=True)
    for name, value in view.parameters.items():
        if name not in given:
            joined[name] = value
    for name, values in given.lists():
        joined.setlist(name, values)
    return joined


def tickets_of(view: View, given: QueryDict, actor: Actor) -> TicketFilter:
    return TicketFilter(parameters(view, given), queryset=Ticket.objects.visible_to(actor), actor=actor)


def counts(actor: Actor) -> dict[str, int]:
    """How many tickets each counted view holds, at most COUNT_UP_TO + 1: one statement."""
    parts: list[str] = []
    args: list[Any] = []
    slugs: list[str] = []
    base = Ticket.objects.visible_to(actor)
    for view in VIEWS.values():
        if not view.counted:
            continue
        limited = _in_view(base, view, actor).order_by().values("pk")[: COUNT_UP_TO + 1]
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


def _in_view(base: TicketQuerySet, view: View, actor: Actor) -> TicketQuerySet:
    """The same question as TicketFilter asks for this view's parameters, without reading the custom fields first."""
    found = base
    for name, value in view.parameters.items():
        found = _ASKED[name](found, value, actor)
    return found


_ASKED = {
    "assignee": lambda found, value, actor: found.assigned_to(actor.id if value == "me" else None),
    "follower": lambda found, value, actor: found.followed_by(actor.id),
    "status": lambda found, value, actor: found.filter(status=value),
    "is": lambda found, value, actor: {
        "open": lambda: found.open().awake(),
        "snoozed": lambda: found.open().snoozed(),
        "waiting": found.waiting_on_us,
        "ended": found.ended,
    }[value](),
}
