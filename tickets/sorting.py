"""The orders in which a list of tickets can be read, each with the index that gives it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by one column and the key. `only_open` ones have an index of open tickets alone (`waiting`, `due` and
    urgency say nothing about ended ones), so a list that may hold a million ended tickets is not offered them."""

    slug: str
    label: str | Promise
    column: str
    ascending: bool = False
    only_open: bool = False


SORTS: dict[str, Sort] = {
    sort.slug: sort
    for sort in (
        Sort("activity", _("Newest activity"), "activity_at"),  # ticket_by_activity, ticket_open and their like
        Sort("quiet", _("Longest without activity"), "activity_at", ascending=True),  # the same, from the other end
        Sort("waiting", _("Waiting longest"), "waiting_since", ascending=True, only_open=True),  # ticket_open_waiting
        Sort("due", _("Due first"), "next_due_at", ascending=True, only_open=True),  # ticket_open_due
        Sort("priority", _("Most urgent"), "priority", only_open=True),  # ticket_open_priority
        Sort("created", _("Newest"), "created_at"),  # ticket_by_created
        Sort("oldest", _("Oldest"), "created_at", ascending=True),  # the same
    )
}
DEFAULT = SORTS["activity"]


def offered(*, only_open: bool) -> list[Sort]:
    """The orders for a list that holds open tickets only, or for one that may hold any."""
    return [sort for sort in SORTS.values() if only_open or not sort.only_open]


def chosen(slug: str, *, only_open: bool) -> Sort:
    """The order by that name, if there is one for such a list; else the usual one."""
    sort = SORTS.get(slug, DEFAULT)
    return sort if only_open or not sort.only_open else DEFAULT
