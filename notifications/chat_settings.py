"""Keeping the channels of chat programs: who was given which address stays secret, and a test says if it works."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction

from helpdesk.lib import vault
from helpdesk.lib.outward import vetted
from notifications import chat
from notifications.chat_models import ChatDelivery, ChatHook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.models import Agent, Team

SHOWN = 4
"""Last characters of an address by which people tell two apart."""


def save_hook(hook: ChatHook, teams: Iterable[Team], url: str, by: Agent) -> None:
    """Store what the form says; an empty `url` keeps the stored one. Raises TargetRefused for one that leads inside."""
    if url:
        vetted(url)  # asks the name server, so before the transaction
        hook.url_secret = vault.encrypt(chat.PURPOSE, url)
        hook.url_shown = f"{urlsplit(url).hostname}/…{url[-SHOWN:]}"
    with transaction.atomic():
        if hook._state.adding:
            hook.created_by = by
        hook.save()
        hook.teams.set(teams)


def test_hook(hook: ChatHook) -> ChatDelivery:
    """Write to the channel now; how it went stands on the delivery."""
    delivery = ChatDelivery.objects.create(hook=hook, is_test=True)
    chat.send_one(delivery)
    delivery.refresh_from_db()
    return delivery


def rotate_secrets() -> tuple[int, list[ChatHook]]:
    """Encrypt every address anew under today's key; how many, and those whose key is gone."""
    done, lost = 0, []
    for hook in ChatHook.objects.order_by("pk"):
        try:
            anew = vault.rotate(chat.PURPOSE, hook.url_secret)
        except vault.SecretLost:
            lost.append(hook)
            continue
        # Only if nobody typed in another meanwhile.
        done += ChatHook.objects.filter(pk=hook.pk, url_secret=hook.url_secret).update(url_secret=anew)
    return done, lost
