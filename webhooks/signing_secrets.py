"""The secrets of a webhook: how a new one takes over from those that receivers still know, and which of them sign."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from agents import audit
from agents.actors import Actor
from agents.permissions import Permission
from helpdesk.lib import vault
from webhooks import signing
from webhooks.models import Webhook

OLD_SECRET_FOR = timedelta(hours=24)
"""For so long each secret before signs as well, however many came after it."""
MOST_OLD = 8
"""Each is one signature more in the header; of more in a day than these the oldest ends."""


def new_secret(webhook: Webhook, by: Actor) -> str:
    """A new secret, shown once; what is sent within OLD_SECRET_FOR is signed with the ones before as well."""
    by.require(Permission.MANAGE_WEBHOOKS)
    secret = signing.new_secret()
    with transaction.atomic():
        row = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        before = [(row.secret, now() + OLD_SECRET_FOR), *old_secrets(row)]
        row.old_secrets = [[kept, until.isoformat()] for kept, until in before[:MOST_OLD]]
        row.secret = vault.encrypt(signing.PURPOSE, secret)
        row.save(update_fields=["secret", "old_secrets"])
        audit.record("webhook_secret_made", by=by, subject=row.name)
    return secret


def old_secrets(webhook: Webhook) -> list[tuple[str, datetime]]:
    """Those that sign besides the one of today, encrypted, and until when; the newest first."""
    moment = now()
    kept = [(secret, datetime.fromisoformat(until)) for secret, until in webhook.old_secrets]
    return [(secret, until) for secret, until in kept if until > moment]


def known_secrets(webhook: Webhook) -> list[str]:
    """Those that sign now, the newest first. Raises vault.SecretLost."""
    kept = [webhook.secret, *(secret for secret, _until in old_secrets(webhook))]
    return [vault.decrypt(signing.PURPOSE, one) for one in kept]


def rotate_secrets() -> tuple[int, list[Webhook]]:
    """Encrypt every secret anew under today's key; how many webhooks, and those whose key is gone."""
    done, lost = 0, []
    for webhook in Webhook.objects.order_by("pk"):
        try:
            secret = vault.rotate(signing.PURPOSE, webhook.secret)
            old = [[vault.rotate(signing.PURPOSE, kept), until.isoformat()] for kept, until in old_secrets(webhook)]
        except vault.SecretLost:
            lost.append(webhook)
            continue
        # Only if nobody made another meanwhile.
        row = Webhook.objects.filter(pk=webhook.pk, secret=webhook.secret)
        done += row.update(secret=secret, old_secrets=old)
    return done, lost
