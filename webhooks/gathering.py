"""Turns the event feed into deliveries: each webhook follows it from its own place (docs/decisions/0019-…).

Nothing is written with a Change for it, so a house without webhooks pays nothing. The place moves on in the
transaction that leaves the deliveries: neither is there without the other, whoever dies.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from agents.actors import Actor
from agents.permissions import Permission
from tickets.feed import catch_up
from tickets.filters import is_readable, stored_question
from tickets.models import Change, Event, Ticket
from webhooks.models import TRIED_FOR, Webhook, WebhookDelivery
from webhooks.switching import switch_off

WINDOW = 500
"""Changes that are looked at in one transaction."""


def gather(most: int = 20) -> int:
    """Leave a delivery for everything that active webhooks want to hear; how many. At most so many windows for each
    webhook: the rest is for the next time."""
    if not Webhook.objects.active().exists():
        return 0
    catch_up()
    made, newest = 0, Change.objects.newest_place()
    for webhook in Webhook.objects.behind(newest):
        for _round in range(most):
            found, more = _gather_window(webhook.pk)
            made += found
            if not more:
                break
    return made


@transaction.atomic
def _gather_window(webhook_id: int) -> tuple[int, bool]:
    """(deliveries that were made, whether there is more); the locked row lets one process at a time read on."""
    locked = Webhook.objects.active().select_for_update(skip_locked=True, of=("self",)).select_related("owner")
    webhook = locked.filter(pk=webhook_id).first()
    if webhook is None:
        return 0, False
    actor = Actor.agent(webhook.owner)
    if not actor.can(Permission.MANAGE_WEBHOOKS):
        switch_off(webhook, Webhook.Off.OWNER)
        return 0, False
    if not is_readable(webhook.parameters, actor):
        switch_off(webhook, Webhook.Off.QUERY)  # it would be told of nothing for ever, and nobody would know
        return 0, False
    rows = Change.objects.in_feed_after(webhook.place).only("pk", "ticket_id", "place", "via", "created_at")
    changes = list(rows[:WINDOW])
    if not changes:
        return 0, False
    news = [one for one in changes if one.via != "import" and one.created_at >= webhook.since]
    told = _wanted(webhook, actor, news)
    WebhookDelivery.objects.bulk_create(told, ignore_conflicts=True)
    Webhook.objects.filter(pk=webhook.pk).update(place=changes[-1].place)
    return len(told), len(changes) == WINDOW


def _wanted(webhook: Webhook, actor: Actor, changes: Sequence[Change]) -> list[WebhookDelivery]:
    """In the order of the feed."""
    seen = _matching(webhook, actor, {one.ticket_id for one in changes})
    ours = {one.pk: one for one in changes if one.ticket_id in seen}
    events = Event.objects.filter(change__in=ours)
    if webhook.kinds:
        events = events.filter(kind__in=webhook.kinds)
    found = list(events.only("pk", "kind", "change_id"))
    found.sort(key=lambda one: (ours[one.change_id].place, one.pk))
    return [_delivery(webhook, event, ours[event.change_id].ticket_id) for event in found]


def tickets_seen(actor: Actor, ticket_ids: set[int]) -> set[int]:
    """Those of them that the actor sees now."""
    if actor.sees_all_tickets or not ticket_ids:
        return ticket_ids
    return set(Ticket.objects.visible_to(actor).filter(pk__in=ticket_ids).values_list("pk", flat=True))


def _matching(webhook: Webhook, actor: Actor, ticket_ids: set[int]) -> set[int]:
    """Those that the owner sees and that match the query, as they stand now."""
    if not webhook.parameters or not ticket_ids:
        return tickets_seen(actor, ticket_ids)
    rows = Ticket.objects.visible_to(actor).filter(pk__in=ticket_ids)
    return set(stored_question(webhook.parameters, rows, actor).values_list("pk", flat=True))


def _delivery(webhook: Webhook, event: Event, ticket_id: int) -> WebhookDelivery:
    made = WebhookDelivery(
        webhook=webhook,
        ticket_id=ticket_id,
        event=event,
        kind=event.kind,
        message_id=f"evt_{webhook.pk}_{event.pk}",
    )
    made.give_up_at = made.created_at + TRIED_FOR
    return made
