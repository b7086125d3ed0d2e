"""Which tickets a program asks for, and how they are read: as many statements for a page as for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import expect_parameters, names_in
from helpdesk.lib.rest.versions import etag
from tickets.api.shapes import EXPANDABLE, TicketShape
from tickets.api.told import read_plain, tell_tickets
from tickets.filters import QUERY, TicketFilter
from tickets.models import Ticket
from tickets.query_keys import FIELD, KEYS
from tickets.query_names import DatabaseNames
from tickets.query_text import FREE, NOT
from tickets.saved_views import visible_view
from tickets.sorting import SORTS

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

SHAPING = ("fields", "expand")
_OURS = {"sort", "view", *SHAPING, *PARAMETERS}
_PLAIN = {
    QUERY,
    FREE,
    "created_after",
    "created_before",
    *(key.name for key in KEYS),
    *(NOT + key.name for key in KEYS if key.negatable),
}


_FIELDS: list[str] = [str(name) for name in TicketShape().fields]


def question(given: dict[str, list[str]], actor: Actor) -> TicketFilter:
    """The filter of these parameters over what the actor may see. Raises for what it does not know or cannot read."""
    names = DatabaseNames()
    for name in given:
        if name in _PLAIN:
            continue
        if not name.removeprefix(NOT).startswith(FIELD) or name.removeprefix(NOT) not in {k.name for k in names.keys}:
            message = _("This address does not take the parameter “%(name)s”.") % {"name": name[:60]}
            raise HelpdeskError("unknown_parameter", message, field=name[:60])
    if any("\x00" in value for values in given.values() for value in values):
        raise HelpdeskError("bad_query", _("This query has characters that cannot be looked for."), field=QUERY)
    asked = TicketFilter(given, queryset=Ticket.objects.visible_to(actor), actor=actor, names=names)
    for mistake in asked.mistakes:
        raise HelpdeskError("bad_query", f"{mistake.word}: {mistake.message}", field=QUERY)
    for name, errors in asked.form.errors.items():
        raise HelpdeskError("bad_filter", str(errors[0]), field=name)
    return asked


def ticket_page(request: Request, actor: Actor) -> Response:
    """The page of tickets that the parameters of the address ask for."""
    only, expand = _asked(request)
    given = {name: list(values) for name, values in request.query_params.lists() if name not in _OURS}
    sort = request.query_params.get("sort", "")
    if view := request.query_params.get("view"):
        if not (view.isascii() and view.isdigit() and len(view) < 19):
            raise HelpdeskError("bad_view", _("A view is named by its id."), field="view")
        saved = visible_view(int(view), actor)
        given = {name: list(values) for name, values in saved.parameters.items()} | given
        sort = sort or saved.sort
    asked = question(given, actor)
    order = SORTS.get(sort or "activity")
    if order is None:
        raise HelpdeskError("bad_sort", _("Sort by one of: %(names)s.") % {"names": ", ".join(SORTS)}, field="sort")
    if order.only_open and not asked.only_open:
        raise HelpdeskError("bad_sort", _("This order is for open tickets only; add is=open."), field="sort")
    found = read_plain(asked.qs, expand)
    return page(
        request, found, lambda rows: tell_tickets(rows, only, expand), by=order.column, ascending=order.ascending
    )


def some_tickets(request: Request, tickets: TicketQuerySet) -> Response:
    """A page of these, the one longest without news first; `fields` and `expand` shape them."""
    only, expand = _asked(request)
    found = read_plain(tickets, expand)
    return page(request, found, lambda rows: tell_tickets(rows, only, expand), by="activity_at", ascending=True)


def one_ticket(ticket_id: int, request: Request | None, actor: Actor, status: int = 200) -> Response:
    """A ticket with its ETag. Raises NotVisible."""
    only: list[str] = []
    expand: list[str] = []
    if request is not None:
        expect_parameters(request, SHAPING)
        only, expand = _asked(request)
    rows = list(read_plain(Ticket.objects.visible_to(actor).filter(pk=ticket_id), expand))
    if not rows:
        raise NotVisible("not_found", _("There is no such ticket."))
    return Response(tell_tickets(rows, only, expand)[0], status=status, headers={"ETag": etag(rows[0].version)})


def _asked(request: Request) -> tuple[list[str], list[str]]:
    known = [name for name in _FIELDS if name not in EXPANDABLE]
    return names_in(request, "fields", known), names_in(request, "expand", EXPANDABLE)
