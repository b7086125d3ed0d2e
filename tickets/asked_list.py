"""Which list an address asks for: a view, what narrows it, its order, its columns. Page, rows and bulk ask here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

from tickets import sorting
from tickets.filters import QUERY, TicketFilter
from tickets.list_columns import COLUMNS, Column, known
from tickets.models import ListLook, SavedView
from tickets.query_names import DatabaseNames
from tickets.query_text import FREE, merged
from tickets.sorting import Sort
from tickets.standing_views import DEFAULT, VIEWS, View, as_view, tickets_of

if TYPE_CHECKING:
    from agents.actors import Actor


@dataclass(frozen=True, slots=True)
class AskedList:
    """`gone`: the address names a view that is not there (any more); the usual one stands in for it.
    `wanted` is the order that was asked for, `sort` the one it has. `changed`: it asks for something else than its
    view does, so that it could be saved."""

    view: View
    gone: bool
    filter: TicketFilter
    wanted: str
    sort: Sort
    columns: list[Column]
    compact: bool
    changed: bool

    @property
    def text(self) -> str:
        """The question as one text of the query language."""
        return self.filter.query.text


def asked_list(given: QueryDict, actor: Actor, views: Iterable[View] | None = None) -> AskedList:
    """Read an address. `views` are the saved ones if they are at hand already.

    Parameters: `view` (the name of a standing view or the number of a saved one), `sort`, and those of TicketFilter.
    """
    view, gone = asked_view(given, actor, views)
    looks = {look.view: look for look in ListLook.objects.filter(agent=actor.id, view__in=("", view.slug))}
    look, usual = looks.get(view.slug), looks.get("")
    names = DatabaseNames()
    filtered = tickets_of(view, given, actor, names)
    wanted = given.get("sort") or (look.sort if look else "") or view.sort
    columns = (look.columns if look else []) or view.columns
    return AskedList(
        view=view,
        gone=gone,
        filter=filtered,
        wanted=wanted,
        sort=sorting.chosen(wanted, only_open=filtered.only_open),
        columns=known(columns, names.fields if any(name not in COLUMNS for name in columns) else ()),
        compact=bool(usual and usual.compact),
        changed=_asked(filtered) != _asked(tickets_of(view, QueryDict(), actor, names)),
    )


def asked_view(given: QueryDict, actor: Actor, views: Iterable[View] | None = None) -> tuple[View, bool]:
    """The view that the address names, and whether the usual one stands in for one that is gone."""
    slug = given.get("view", "")
    usual = VIEWS["all"] if given.get(FREE) or given.get(QUERY) else VIEWS[DEFAULT]
    if not slug or slug in VIEWS:
        return VIEWS.get(slug, usual), False
    if views is not None:
        found = next((view for view in views if view.slug == slug), None)
    else:
        key = int(slug) if slug.isascii() and slug.isdigit() and len(slug) < 19 else -1
        saved = SavedView.objects.visible_to(actor).filter(pk=key).first()
        found = as_view(saved) if saved else None
    return found or usual, found is None


def _asked(filtered: TicketFilter) -> dict[str, list[str]]:
    """What is asked for, so that it can be compared: the parameters that filter, whatever their order."""
    asked = {**filtered.filters, FREE: None}
    return {
        name: sorted(values) for name, values in merged(filtered.parameters).items() if name in asked and any(values)
    }
