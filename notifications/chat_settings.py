"""Keeping the channels of chat programs: who was given which address stays secret, and a test says if it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from helpdesk.lib import vault
from helpdesk.lib.errors import NotVisible
from helpdesk.lib.outward import vetted
from notifications import chat
from notifications.chat_models import ChatDelivery, ChatHook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.actors import Actor
    from agents.models import Team

SHOWN = 4
"""Last characters of an address by which people tell two apart."""


def save_hook(hook: ChatHook, teams: Iterable[Team], url: str, by: Actor) -> None:
    """Store what the form says; an empty `url` keeps the stored one. Raises TargetRefused for one that leads inside."""
    if url:
        vetted(url)  # asks the name server, so before the transaction
        hook.url_secret = vault.encrypt(chat.PURPOSE, url)
        hook.url_shown = f"{urlsplit(url).hostname}/…{url[-SHOWN:]}"
    with transaction.atomic():
        before = None if hook._state.adding else _settings_of(_held(hook.pk))
        if before is None:
            hook.created_by_id = by.account_id
        hook.save()
        hook.teams.set(teams)
        if before is None:
            audit.record("chat_channel_made", by=by, subject=hook.name)
        elif fields := audit.altered(before, _settings_of(hook)):
            audit.record("chat_channel_edited", by=by, subject=hook.name, data={"fields": fields})


def remove_hook(hook: ChatHook, by: Actor) -> None:
    """With what it was told and still would have been. Raises NotVisible for one that somebody else has removed."""
    with transaction.atomic():
        held = _held(hook.pk)
        audit.record("chat_channel_removed", by=by, subject=held.name)
        held.delete()


def _held(pk: int) -> ChatHook:
    hook = ChatHook.objects.select_for_update().filter(pk=pk).first()
    if hook is None:  # removed since the page was asked for
        raise NotVisible("not_found", _("There is no such channel."))
    return hook


def _settings_of(hook: ChatHook) -> dict[str, Any]:
    """What an entry of the audit log names when it was changed; of the address only that it was."""
    return {
        "name": hook.name,
        "program": hook.program,
        "url": hook.url_secret,
        "kinds": hook.kinds,
        "teams": set(hook.teams.values_list("pk", flat=True)),
        "with_words": hook.with_words,
        "in_use": hook.active,
    }


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
