"""Asks the index: which of these tickets answer, the best of them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tickets.search.engine import index
from tickets.search.query import Query, parse

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet

NEWEST = 1_000
"""A search looks at so many of the newest tickets that match; with more of them, more words find the rest."""
RANKED = 300
# What the newest gets on top, in shares of the best rank: of two that answer alike the newer one is nearer.
_NEWNESS = 0.2


def matching(tickets: TicketQuerySet, query: Query | str, *, internal: bool = True) -> TicketQuerySet:
    """Those of `tickets` that answer the query, the newest NEWEST of them; the index is asked now, not later.

    `internal` must be False for those who may not read notes: what only notes, tags and fields say is not found then.
    """
    query = parse(query) if isinstance(query, str) else query
    return tickets.filter(pk__in=numbers(tickets, query, NEWEST, internal=internal))._bounded()


def numbers(tickets: TicketQuerySet, query: Query, most: int, *, internal: bool) -> list[int]:
    """The newest `most` of `tickets` that answer the query; a query without a word finds none."""
    return index().newest(tickets, query, most, internal=internal) if query else []


def ranked(tickets: TicketQuerySet, query: Query, *, internal: bool, most: int = RANKED) -> list[int]:
    """Numbers of the newest `most` of `tickets` that answer the query, best first."""
    newest = numbers(tickets, query, most, internal=internal)
    ranks = index().ranks(newest, query, internal=internal)
    highest = max(ranks.values(), default=0.0) or 1.0
    count = len(newest)
    weight = {pk: ranks.get(pk, 0.0) / highest + _NEWNESS * (count - place) / count for place, pk in enumerate(newest)}
    return sorted(newest, key=lambda pk: (-weight[pk], -pk))
