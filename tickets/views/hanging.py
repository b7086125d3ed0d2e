"""Reads the small things that hang on a ticket in one statement: tags, followers, people in copy, and all addresses."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import BigIntegerField, BooleanField, CharField, F, QuerySet, Value

from agents.models import Agent
from customers.models import Address, Customer
from tickets.models import Follower, Participant, Tag, Ticket, TicketTag


def read_what_hangs_on(ticket: Ticket) -> None:
    """Fills what `tags`, `followers`, `participants` and `addresses` of the ticket and its people answer.

    The ticket comes from for_detail(), which says what is there: only that is asked for. The rows carry just what the
    page shows of them (a follower's name, an address and whether it bounces).
    """
    found: dict[str, list[Any]] = defaultdict(list)
    for what, pk, owner, text, kind, primary, bounced, merged_into in _statement(ticket):
        if what == "address":
            row: Any = Address(pk=pk, customer_id=owner, kind=kind, value=text, is_primary=primary, bounced_at=bounced)
        elif what == "tag":
            row = Tag(pk=pk, name=text)
        elif what == "follower":
            row = Follower(pk=pk, ticket=ticket, agent=Agent(pk=owner, name=text))
        else:
            who = Customer(pk=owner, name=text, merged_into_id=merged_into or None)
            row = Participant(pk=pk, ticket=ticket, customer=who)
        found[what].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.pk)
    found["tag"].sort(key=lambda tag: tag.name)
    _answer(ticket, "tags", found["tag"])
    _answer(ticket, "followers", found["follower"])
    _answer(ticket, "participants", found["copied"])
    for person in (ticket.requester, *(row.customer for row in found["copied"])):
        ours = [address for address in found["address"] if address.customer_id == person.pk]
        _answer(person, "addresses", ours)


def _statement(ticket: Ticket) -> QuerySet[Any, Any]:
    """Addresses first: their columns give the union its types."""
    there: Any = ticket
    parts: list[QuerySet[Any, Any]] = [_addresses(Address.objects.filter(customer=ticket.requester_id))]
    if there.has_participants:
        copied = Participant.objects.filter(ticket=ticket)
        others = Address.objects.filter(customer__in=copied.values("customer_id"))
        parts.append(_addresses(others.exclude(customer=ticket.requester_id)))
        parts.append(_named(copied, "copied", "pk", "customer_id", "customer__name", F("customer__merged_into_id")))
    if there.has_followers:
        parts.append(_named(Follower.objects.filter(ticket=ticket), "follower", "pk", "agent_id", "agent__name"))
    if there.has_tags:
        parts.append(_named(TicketTag.objects.filter(ticket=ticket), "tag", "tag_id", "ticket_id", "tag__name"))
    return parts[0].union(*parts[1:], all=True)


def _addresses(rows: QuerySet[Address]) -> QuerySet[Any, Any]:
    what, nobody = Value("address", CharField()), Value(0, BigIntegerField())
    return rows.order_by().values_list(what, "pk", "customer_id", "value", "kind", "is_primary", "bounced_at", nobody)


def _named(rows: Any, what: str, pk: str, owner: str, text: str, merged_into: Any = None) -> QuerySet[Any, Any]:
    nothing = Value("", CharField()), Value(False, BooleanField()), Value(None, BooleanField())
    last = merged_into or Value(0, BigIntegerField())
    named: QuerySet[Any, Any] = rows.order_by().values_list(Value(what, CharField()), pk, owner, text, *nothing, last)
    return named


def _answer(row: Any, name: str, rows: list[Any]) -> None:
    """As prefetch_related() leaves it: `row.<name>.all()` gives these and asks nothing."""
    known = getattr(row, name).all()
    known._result_cache, known._prefetch_done = rows, True
    if not hasattr(row, "_prefetched_objects_cache"):
        row._prefetched_objects_cache = {}
    row._prefetched_objects_cache[name] = known
