"""Messages to chat programs: gathered for each channel as they fall due, claimed, sent outside any transaction."""

from __future__ import annotations

import json
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from helpdesk.lib import outward, vault
from helpdesk.lib.owing import each_due, pause, settle, take
from helpdesk.lib.text import one_line
from notifications import chat_words
from notifications.chat_models import ChatDelivery, ChatNews

logger = structlog.get_logger(__name__)

PURPOSE = "chat-hook"
# Minutes before the next attempt, by attempts so far; the last one repeats until GIVE_UP_AFTER.
BACK_OFF = (1, 5, 15, 60)
GIVE_UP_AFTER = timedelta(hours=12)
LEASE = timedelta(seconds=60)
LONGEST_WAIT = 3600
"""Seconds that a program may ask us to wait."""
MOST_NEWS = 500
BATCH = 20
RUN_SECONDS = 60.0

State = ChatDelivery.State


def send_chat() -> int:
    """Gather what is due, then send until nothing is left; how many messages left. Any number of workers may run it."""
    gather()
    return sum(send_one(delivery) for delivery in each_due(_due, RUN_SECONDS))


def _due() -> list[ChatDelivery]:
    return list(ChatDelivery.objects.due().select_related("hook")[:BATCH])


def gather() -> int:
    """One message for each channel with due news, holding all of it; how many were made. The rows are locked while
    they are taken, so that no news is in two messages."""
    made = 0
    for hook_id in list(ChatNews.objects.waiting().order_by().values_list("hook_id", flat=True).distinct()):
        with transaction.atomic():
            due = ChatNews.objects.waiting().filter(hook_id=hook_id).order_by("pk")
            taken = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:MOST_NEWS])
            if taken:
                delivery = ChatDelivery.objects.create(hook_id=hook_id)
                ChatNews.objects.filter(pk__in=taken).update(delivery=delivery)
                made += 1
    return made


def send_one(delivery: ChatDelivery) -> bool:
    """One message, if this worker wins it; True when it was accepted. Never raises for what the other side does."""
    if not _taken(delivery):
        return False
    hook = delivery.hook
    news = still_news(delivery)
    if not delivery.is_test and not (news and hook.active):
        settle(delivery, state=State.DROPPED)
        return False
    try:
        body = json.dumps(chat_words.payload(hook, news)).encode()
        answer = outward.post(vault.decrypt(PURPOSE, hook.url_secret), body, {"Content-Type": "application/json"})
    except outward.TargetRefused as refusal:
        return _fail(delivery, "refused", answer=one_line(str(refusal), 300))
    except vault.SecretLost:
        return _fail(delivery, "secret_lost")
    except outward.Unreached as silence:
        return _again(delivery, silence.reason)
    if answer.accepted:
        return settle(delivery, state=State.SENT, sent_at=now(), status=answer.status, last_error="", answer="")
    said = {"status": answer.status, "answer": one_line(answer.text, 300)}
    if answer.status in (408, 425, 429) or answer.status >= 500:
        return _again(delivery, "status", wait=answer.retry_after, **said)
    return _fail(delivery, "status", **said)


def still_news(delivery: ChatDelivery) -> list[ChatNews]:
    """What the channel may be told now: of tickets that are still its teams'."""
    teams = set(delivery.hook.teams.values_list("pk", flat=True))
    news = ChatNews.objects.filter(delivery=delivery).for_message()
    return [one for one in news if not teams or one.ticket.team_id in teams]


def prune() -> int:
    """Forget news and messages of more than NOTIFICATION_KEEP_DAYS ago; how many rows went."""
    before = now() - timedelta(days=settings.NOTIFICATION_KEEP_DAYS)
    gone = 0
    for rows in (ChatNews.objects.told_before(before), ChatDelivery.objects.ended_before(before)):
        while batch := list(rows.values_list("pk", flat=True)[:5000]):
            gone += rows.model.objects.filter(pk__in=batch).delete()[0]
    return gone


def _taken(delivery: ChatDelivery) -> bool:
    crashed = {"state": State.FAILED, "last_error": "crashed"}
    return take(delivery, LEASE, lost=lambda: settle(delivery, crashes=delivery.crashes, **crashed))


def _fail(delivery: ChatDelivery, reason: str, **said: object) -> bool:
    logger.warning("chat_message_failed", delivery=delivery.pk, hook=delivery.hook_id, reason=reason)
    settle(delivery, state=State.FAILED, last_error=reason, **said)
    return False


def _again(delivery: ChatDelivery, reason: str, wait: int | None = None, **said: object) -> bool:
    later = None if delivery.is_test else pause(delivery, GIVE_UP_AFTER, back_off=BACK_OFF)
    if later is None:
        return _fail(delivery, reason, **said)
    if wait is not None:
        later = max(later, timedelta(seconds=min(wait, LONGEST_WAIT)))
    settle(delivery, state=State.QUEUED, due_at=now() + later, last_error=reason, **said)
    return False
