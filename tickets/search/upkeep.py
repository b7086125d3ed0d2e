"""Fills the index for tickets that were there before it, and follows people and organisations to their new names."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from customers.models import CustomerChange
from tickets.models import SearchDebt, SearchProgress, Ticket
from tickets.search.indexing import index_tickets

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet

Walk = SearchProgress.Walk

BATCH = 200
OWED_AT_ONCE = 1_000
CHANGES_AT_ONCE = 500
# Numbers are drawn before they commit: what is younger may still have an elder that nobody sees yet.
SETTLES_AFTER = timedelta(seconds=10)
# What is done to a person so that tickets are found by other words.
_RENAMING = frozenset({"merged", "address_added", "address_removed"})


def keep_true(seconds: float = 15) -> int:
    """Do what is owed for so long at most; how many tickets were read. Any number of workers may do it at once."""
    until = time.monotonic() + seconds
    follow_people()
    done = 0
    for step in (pay_debts, index_older):
        while time.monotonic() < until and (count := step()):
            done += count
    return done


def index_older(batch: int = BATCH) -> int:
    """Index the next tickets of the walk from the newest to the oldest; 0 when it is over or somebody else walks."""
    with transaction.atomic():
        walk = _claimed(Walk.BACKFILL)
        if walk is None or walk.position <= 0:
            return 0
        older = Ticket.objects.filter(pk__lte=walk.position).order_by("-pk")
        ids = list(older.values_list("pk", flat=True)[:batch])
        _index_locked(ids)
        walk.position = ids[-1] - 1 if len(ids) == batch else 0
        walk.save(update_fields=["position"])
        return len(ids)


def walk_again() -> None:
    """Begin the walk at the newest ticket, wherever it stands."""
    SearchProgress.objects.update_or_create(name=Walk.BACKFILL, defaults={"position": _newest()})


def left_to_walk() -> int:
    """The number of the ticket at which the walk stands; 0 when it is over."""
    return SearchProgress.objects.get_or_create(name=Walk.BACKFILL, defaults={"position": _newest()})[0].position


def follow_people() -> int:
    """Owe a new look at the tickets of whoever was renamed since the last time; how many changes were read."""
    with transaction.atomic():
        walk = _claimed(Walk.PEOPLE)
        if walk is None:
            return 0
        settled = now() - SETTLES_AFTER
        changes = []
        for change in CustomerChange.objects.filter(pk__gt=walk.position).order_by("pk")[:CHANGES_AT_ONCE]:
            if change.created_at > settled:
                break
            changes.append(change)
        for tickets in _renamed_in(changes):
            _owe(tickets)
        if changes:
            walk.position = changes[-1].pk
            walk.save(update_fields=["position"])
        return len(changes)


def pay_debts(batch: int = BATCH) -> int:
    """Read some of the owed tickets anew; how many. A debt that comes in meanwhile waits for this and then stands."""
    with transaction.atomic():
        owed = SearchDebt.objects.select_for_update(skip_locked=True).order_by("pk")
        ids = list(owed.values_list("pk", flat=True)[:batch])
        if ids:
            SearchDebt.objects.filter(pk__in=ids).delete()
            _index_locked(ids)
        return len(ids)


def _claimed(walk: str) -> SearchProgress | None:
    """The walk, locked; None while another worker is on it. A new one begins with what is there now."""
    if not SearchProgress.objects.filter(name=walk).exists():
        position = _newest() if walk == Walk.BACKFILL else _newest_change()
        SearchProgress.objects.get_or_create(name=walk, defaults={"position": position})
    return SearchProgress.objects.select_for_update(skip_locked=True).filter(name=walk).first()


def _newest() -> int:
    return Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _newest_change() -> int:
    return CustomerChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _index_locked(ids: list[int]) -> None:
    """Locked in key order, as gestures on several tickets do, so that no words are lost between reading and writing."""
    list(Ticket.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    index_tickets(ids)


def _renamed_in(changes: Iterable[CustomerChange]) -> Iterator[TicketQuerySet]:
    people, organizations = set(), set()
    for change in changes:
        renamed = change.kind == "edited" and "name" in change.data
        if change.customer_id and (renamed or change.kind in _RENAMING):
            people.add(change.customer_id)
        if change.organization_id and renamed:
            organizations.add(change.organization_id)
    for person in sorted(people):
        yield Ticket.objects.of_customer(person)
        yield Ticket.objects.copied_to(person)
    for organization in sorted(organizations):
        yield Ticket.objects.of_organization(organization)


def _owe(tickets: TicketQuerySet) -> None:
    ids = tickets.order_by().values_list("pk", flat=True).iterator(OWED_AT_ONCE)
    while batch := [SearchDebt(ticket_id=pk) for pk in islice(ids, OWED_AT_ONCE)]:
        SearchDebt.objects.bulk_create(batch, ignore_conflicts=True)
