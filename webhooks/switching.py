"""Switching a webhook off and on: by hand, or by the house when nothing arrives for days; then its owner is told."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents import audit
from agents.actors import Actor
from agents.mails import owe_mail
from agents.models import Agent
from agents.permissions import Permission
from helpdesk.lib.claims import claim
from helpdesk.lib.errors import HelpdeskError
from tickets.filters import is_readable
from tickets.models import Change
from webhooks.models import Reason, Webhook, WebhookDelivery


@transaction.atomic
def switch_off(webhook: Webhook, because: str, by: Actor | None = None) -> bool:
    """Send nothing more to it; what is owed is dropped and can be sent again by hand. False when it was off."""
    at = now()
    active = Webhook.objects.active().filter(pk=webhook.pk)
    if not claim(active, active=False, off_because=because, off_at=at, resting_until=None):
        return False
    webhook.active, webhook.off_because, webhook.off_at = False, because, at
    owed = WebhookDelivery.objects.owed().filter(webhook=webhook)
    # What is being sent at this moment ends by itself.
    owed.filter(state=WebhookDelivery.State.QUEUED).update(
        state=WebhookDelivery.State.DROPPED, reason=Reason.OFF, ended_at=at
    )
    if by is None:
        audit.record("webhook_stopped", by=Actor.system("webhooks"), subject=webhook.name)
        for agent in _told(webhook.owner):
            owe_mail("webhook_stopped", agent, name=webhook.name, webhook=webhook.pk, because=because)
    else:
        audit.record("webhook_switched_off", by=by, subject=webhook.name)
    return True


def _told(owner: Agent) -> list[Agent]:
    """The owner; an integration reads no mail, so for its webhooks the admins."""
    return list(Agent.objects.active_admins()) if owner.is_service else [owner]


@transaction.atomic
def switch_on(webhook: Webhook, by: Actor) -> None:
    """From now on it is told again; what happened meanwhile stands in the event feed. Whoever switches it on owns it
    when its owner may not any more."""
    by.require(Permission.MANAGE_WEBHOOKS)
    if not is_readable(webhook.parameters, by):
        raise HelpdeskError("bad_query", _("Its query names a field or a choice that is gone."), field="query")
    at = now()
    changes = {"active": True, "off_because": "", "off_at": None, "since": at, "failing_since": None}
    changes |= {"unreached": 0, "resting_until": None, "place": Change.objects.newest_place()}
    if not Actor.agent(webhook.owner).can(Permission.MANAGE_WEBHOOKS):
        if by.id is None:
            raise HelpdeskError("no_owner", _("A webhook needs an agent who owns it."))
        changes["owner"] = Agent.objects.get(pk=by.id)
    if claim(Webhook.objects.filter(pk=webhook.pk, active=False), **changes):
        for name, value in changes.items():
            setattr(webhook, name, value)
        audit.record("webhook_switched_on", by=by, subject=webhook.name)
