"""Making webhooks, changing and testing them, and sending again what ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents import audit
from agents.actors import Actor
from agents.models import Agent
from agents.permissions import Permission
from helpdesk.lib import vault
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from tickets.models import Change
from webhooks import outcomes, sending, signing
from webhooks.models import TRIED_FOR, SenderSeat, Webhook, WebhookDelivery
from webhooks.payloads import TEST
from webhooks.terms import read

MAY = Permission.MANAGE_WEBHOOKS
MOST = 100
PRUNED_AT_ONCE = 2000

State = WebhookDelivery.State


def found(pk: int, by: Actor) -> Webhook:
    """The webhook. Raises Denied, or NotVisible."""
    by.require(MAY)
    webhook = Webhook.objects.for_settings().filter(pk=pk).first()
    if webhook is None:
        raise _gone()
    return webhook


def _gone() -> NotVisible:
    return NotVisible("not_found", _("There is no such webhook."))


def found_delivery(webhook: Webhook, pk: int, by: Actor) -> WebhookDelivery:
    rows = WebhookDelivery.objects.visible_to(by).for_detail()
    delivery = rows.filter(pk=pk, webhook=webhook).first()
    if delivery is None:
        raise NotVisible("not_found", _("There is no such delivery."))
    return delivery


def make(by: Actor, known: Mapping[str, Any]) -> tuple[Webhook, str]:
    """A webhook of whoever makes it, told of what happens from now on, and its secret, which nobody can read again.

    `known`: name, url, kinds, query. Asks the name server. Raises Denied or HelpdeskError with the field concerned.
    """
    return make_read(by, read_new(by, known))


def read_new(by: Actor, known: Mapping[str, Any]) -> dict[str, Any]:
    """The first half of make(), which asks the name server and therefore comes before any transaction."""
    by.require(MAY)
    if by.id is None:
        raise Denied("denied", _("A webhook needs an agent who owns it."))
    return read({"name": "", "url": "", "query": "", "kinds": [], **known})


def make_read(by: Actor, values: Mapping[str, Any]) -> tuple[Webhook, str]:
    """The second half, which writes what read_new() has found to be right."""
    secret = signing.new_secret()
    with transaction.atomic():
        _alone()
        if Webhook.objects.count() >= MOST:
            raise HelpdeskError("too_many", _("There are a hundred webhooks already; remove one first."))
        webhook = Webhook(owner=Agent.objects.get(pk=by.id), place=Change.objects.newest_place(), **values)
        webhook.secret = vault.encrypt(signing.PURPOSE, secret)
        _save(webhook)
        audit.record("webhook_made", by=by, subject=webhook.name)
    return webhook, secret


def _alone() -> None:
    """Of two who make the last one at once the second waits here, and finds no room."""
    SenderSeat.objects.get_or_create(pk=SenderSeat.ONLY, defaults={"held_until": now()})
    SenderSeat.objects.select_for_update().get(pk=SenderSeat.ONLY)


def change(webhook: Webhook, by: Actor, known: Mapping[str, Any]) -> Webhook:
    """Of `known` (as in make) what is there; the rest stays, also what somebody else has altered since it was read."""
    by.require(MAY)
    values = read(known, webhook)
    with transaction.atomic():
        write(held(webhook.pk, by), by, values)
    return found(webhook.pk, by)


def held(pk: int, by: Actor) -> Webhook:
    """As found(), locked, so that nobody changes it before the transaction ends."""
    by.require(MAY)
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("owner")
    webhook = rows.filter(pk=pk).first()
    if webhook is None:
        raise _gone()
    return webhook


def write(held: Webhook, by: Actor, values: Mapping[str, Any]) -> None:
    """Of what was read() that which differs from the locked row. What is owed goes to the new address."""
    altered = [name for name in values if getattr(held, name) != values[name]]
    if not altered:
        return
    for name in altered:
        setattr(held, name, values[name])
    if "url" in altered:
        held.unreached, held.resting_until = 0, None
        _save(held, [*altered, "unreached", "resting_until"])
    else:
        _save(held, altered)
    # Of what a query means its words are the sign; a name in it may have come to stand for something else.
    fields = list(dict.fromkeys("query" if name == "parameters" else name for name in altered))
    audit.record("webhook_edited", by=by, subject=held.name, data={"fields": fields})


def _save(webhook: Webhook, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            webhook.save(update_fields=fields)
    except IntegrityError:
        raise HelpdeskError("name_taken", _("Another webhook has this name."), field="name") from None


def remove(webhook: Webhook, by: Actor) -> None:
    """With its log, which may be long and goes in parts. It is off first, so that nothing more is owed meanwhile."""
    by.require(MAY)
    Webhook.objects.active().filter(pk=webhook.pk).update(
        active=False, off_because=Webhook.Off.BY_HAND, off_at=now(), resting_until=None
    )
    _forget(WebhookDelivery.objects.filter(webhook=webhook))
    with transaction.atomic():
        audit.record("webhook_removed", by=by, subject=webhook.name)
        webhook.delete()


def test(webhook: Webhook, by: Actor) -> WebhookDelivery:
    """Send an event of the kind webhook_test now, once, also when the webhook is off; how it went stands on it."""
    by.require(MAY)
    at = now()
    delivery = WebhookDelivery.objects.create(
        webhook=webhook,
        asked_by_id=by.id,
        kind=TEST,
        message_id=f"test_{webhook.pk}_{int(at.timestamp() * 1_000_000)}",
        created_at=at,
        give_up_at=at,
        claimed_until=at + outcomes.LEASE,
    )
    sending.send_now(delivery)
    return found_delivery(webhook, delivery.pk, by)


def send_again(delivery: WebhookDelivery, by: Actor) -> WebhookDelivery:
    """Queue a delivery that ended once more, under the same webhook-id."""
    by.require(MAY)
    if delivery.is_test:
        raise HelpdeskError("is_test", _("A test is not sent again; send a new one."))
    if not _requeue(delivery.webhook, by, Q(pk=delivery.pk)):
        raise HelpdeskError("still_owed", _("This delivery is still waiting or being sent."))
    return found_delivery(delivery.webhook, delivery.pk, by)


def send_range_again(
    webhook: Webhook, by: Actor, since: datetime, until: datetime, states: Sequence[str] = (State.FAILED, State.DROPPED)
) -> int:
    """Queue once more what was first owed from `since` until before `until` and ended in one of `states`; how many."""
    by.require(MAY)
    if until <= since:
        raise HelpdeskError("bad_range", _("The end must be after the beginning."), field="until")
    return _requeue(webhook, by, Q(created_at__gte=since, created_at__lt=until, state__in=list(states)))


def _requeue(webhook: Webhook, by: Actor, which: Q) -> int:
    if not webhook.active:
        raise HelpdeskError("webhook_off", _("Switch the webhook on first."))
    at = now()
    rows = WebhookDelivery.objects.visible_to(by).ended().filter(which, webhook=webhook, event__isnull=False)
    return rows.update(
        state=State.QUEUED, due_at=at, give_up_at=at + TRIED_FOR, failures=0, ended_at=None, claimed_until=None
    )


def prune() -> int:
    """Forget deliveries that ended more than WEBHOOK_KEEP_DAYS ago, and the log of them; how many."""
    return _forget(WebhookDelivery.objects.ended_before(now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS)))


def _forget(rows: QuerySet[WebhookDelivery]) -> int:
    """In parts, with their log; how many."""
    gone = 0
    while batch := list(rows.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        gone += WebhookDelivery.objects.filter(pk__in=batch).delete()[1].get("webhooks.WebhookDelivery", 0)
    return gone
