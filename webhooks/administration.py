"""Making webhooks, changing and testing them, new secrets, and sending again what ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents import audit
from agents.actors import Actor
from agents.models import Agent
from agents.permissions import Permission
from helpdesk.lib import vault
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from helpdesk.lib.outward import vetted
from helpdesk.lib.text import one_line
from tickets.models import Change
from tickets.query_names import DatabaseNames
from tickets.query_text import parse, to_text
from tickets.wording import known_kinds
from webhooks import sending, signing
from webhooks.models import TRIED_FOR, Webhook, WebhookDelivery
from webhooks.payloads import TEST

MAY = Permission.MANAGE_WEBHOOKS
MOST = 100
OLD_SECRET_FOR = timedelta(hours=24)
"""For so long the secret before signs as well."""
PRUNED_AT_ONCE = 2000

State = WebhookDelivery.State


def found(pk: int, by: Actor) -> Webhook:
    """The webhook. Raises Denied, or NotVisible."""
    by.require(MAY)
    webhook = Webhook.objects.for_settings().filter(pk=pk).first()
    if webhook is None:
        raise NotVisible("not_found", _("There is no such webhook."))
    return webhook


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
    by.require(MAY)
    if by.id is None:
        raise Denied("denied", _("A webhook needs an agent who owns it."))
    changes = _checked(None, known)
    secret = signing.new_secret()
    with transaction.atomic():
        if Webhook.objects.count() >= MOST:
            raise HelpdeskError("too_many", _("There are a hundred webhooks already; remove one first."))
        webhook = Webhook(owner=Agent.objects.get(pk=by.id), place=Change.objects.newest_place(), **changes)
        webhook.secret = vault.encrypt(signing.PURPOSE, secret)
        webhook.save()
        audit.record("webhook_made", by=by, subject=webhook.name)
    return webhook, secret


def change(webhook: Webhook, by: Actor, known: Mapping[str, Any]) -> Webhook:
    """Of `known` (as in make) what is there; the rest stays. What is owed goes to the new address."""
    by.require(MAY)
    changes = _checked(webhook, known)
    altered = [name for name in ("name", "url", "kinds", "query") if getattr(webhook, name) != changes[name]]
    if not altered:
        return webhook
    with transaction.atomic():
        if "url" in altered:
            changes |= {"unreached": 0, "resting_until": None}
        Webhook.objects.filter(pk=webhook.pk).update(**changes)
        audit.record("webhook_edited", by=by, subject=changes["name"], data={"fields": altered})
    return found(webhook.pk, by)


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


def new_secret(webhook: Webhook, by: Actor) -> str:
    """A new secret, shown once; what is sent within OLD_SECRET_FOR is signed with the one before as well."""
    by.require(MAY)
    secret = signing.new_secret()
    with transaction.atomic():
        row = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        row.old_secret, row.old_secret_until = row.secret, now() + OLD_SECRET_FOR
        row.secret = vault.encrypt(signing.PURPOSE, secret)
        row.save(update_fields=["secret", "old_secret", "old_secret_until"])
        audit.record("webhook_secret_made", by=by, subject=row.name)
    return secret


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


def rotate_secrets() -> tuple[int, list[Webhook]]:
    """Encrypt every secret anew under today's key; how many webhooks, and those whose key is gone."""
    done, lost = 0, []
    for webhook in Webhook.objects.order_by("pk"):
        try:
            anew = {name: vault.rotate(signing.PURPOSE, getattr(webhook, name)) for name in ("secret", "old_secret")}
        except vault.SecretLost:
            lost.append(webhook)
            continue
        # Only if nobody made another meanwhile.
        done += Webhook.objects.filter(pk=webhook.pk, secret=webhook.secret).update(**anew)
    return done, lost


def _checked(webhook: Webhook | None, known: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of it; what `known` leaves out stays as it is."""
    given = {name: known.get(name, getattr(webhook, name, "")) for name in ("name", "url", "query")}
    name = one_line(str(given["name"]))[:80]
    if not name:
        raise HelpdeskError("no_name", _("A webhook needs a name."), field="name")
    others = Webhook.objects.exclude(pk=webhook.pk) if webhook else Webhook.objects.all()
    if others.filter(name=name).exists():
        raise HelpdeskError("name_taken", _("Another webhook has this name."), field="name")
    kinds = sorted(set(known.get("kinds", webhook.kinds if webhook else [])))
    unknown = [kind for kind in kinds if kind not in known_kinds()]
    if unknown:
        message = _("There is no event of the kind “%(kind)s”.") % {"kind": str(unknown[0])[:40]}
        raise HelpdeskError("unknown_kind", message, field="kinds")
    names = DatabaseNames()
    query = parse(str(given["query"]).strip(), names)
    if query.mistakes:
        wrong = query.mistakes[0]
        raise HelpdeskError("bad_query", f"{wrong.word}: {wrong.message}", field="query")
    url = str(given["url"]).strip()
    if webhook is None or url != webhook.url:
        vetted(url)  # asks the name server, so before any transaction
    text = to_text(query.parameters, names)
    return {"name": name, "url": url, "kinds": kinds, "query": text, "parameters": query.parameters}
