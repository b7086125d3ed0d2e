"""What becomes of a delivery after an attempt: it ends, waits for the next, or ends the webhook; and the log of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from helpdesk.lib.claims import claim
from webhooks.models import UNREACHED, Reason, Webhook, WebhookAttempt, WebhookDelivery
from webhooks.switching import switch_off

logger = structlog.get_logger(__name__)

# Seconds before the next attempt, by those in vain; the last one repeats until the delivery is given up.
BACK_OFF = (5, 30, 120, 600, 1800, 3600, 7200)
LONGEST_WAIT = 3600
"""Seconds that a receiver may ask us to wait."""
# Seconds for which a receiver that cannot be reached is left alone, by attempts in a row beyond the first ones.
REST_AFTER, REST = 3, (5, 15, 60, 120, 300)
GONE = 410
LEASE = timedelta(seconds=90)
"""For so long a sender has a delivery: longer than any request, and than asking a slow name server before it."""

State = WebhookDelivery.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt: when it was made and what came back; `reason` is empty when it was accepted."""

    at: datetime
    url: str
    reason: str = ""
    status: int | None = None
    duration_ms: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    retry_after: int | None = None


@transaction.atomic
def settle(delivery: WebhookDelivery, outcome: Outcome) -> bool:
    """Write down what came of an attempt; True when it was accepted. Who wakes up late only adds to the log."""
    values = _values(outcome)
    WebhookAttempt.objects.update_or_create(delivery=delivery, number=delivery.attempts, defaults=values)
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)
    common: dict[str, Any] = {"claimed_until": None, "status": outcome.status, "reason": outcome.reason}
    if not outcome.reason:
        won = claim(mine, state=State.SENT, ended_at=now(), failures=0, **common)
        if won and not delivery.is_test:
            _recovered(delivery.webhook)
        return won
    logger.info("webhook_not_accepted", webhook=delivery.webhook_id, delivery=delivery.pk, reason=outcome.reason)
    over = delivery.is_test or outcome.status == GONE or now() >= delivery.give_up_at
    next_up: dict[str, Any] = {"state": State.FAILED, "ended_at": now()} if over else {"state": State.QUEUED}
    if not over and not _is_on(delivery.webhook_id):
        # It was switched off while this was under way: dropped like the rest of what was owed.
        over, next_up = True, {"state": State.DROPPED, "ended_at": now()}
        common["reason"] = Reason.OFF
    if not over:
        next_up["due_at"] = min(now() + _wait(delivery, outcome), delivery.give_up_at)
    if claim(mine, failures=F("failures") + 1, **next_up, **common) and not delivery.is_test:
        _failed(delivery.webhook, outcome, given_up=over)
    return False


def _is_on(webhook_id: int) -> bool:
    """Locked, so that whoever switches it off finds what is queued here, or is waited for."""
    rows = Webhook.objects.select_for_update().filter(pk=webhook_id)
    return any(rows.values_list("active", flat=True))


def end_interrupted_tests() -> int:
    """A test is sent once, by whoever asked for it. Nobody takes it up when that process died; how many ended."""
    ended = 0
    for delivery in WebhookDelivery.objects.interrupted_tests().select_related("webhook"):
        with transaction.atomic():
            mine = WebhookDelivery.objects.filter(pk=delivery.pk, state=delivery.state, attempts=delivery.attempts)
            until = delivery.claimed_until or now()
            if not claim(mine, state=State.FAILED, reason=Reason.INTERRUPTED, claimed_until=None, ended_at=now()):
                continue
            if delivery.attempts:
                interrupted(delivery, until - LEASE)
            ended += 1
    return ended


def interrupted(delivery: WebhookDelivery, at: datetime) -> None:
    """The log of an attempt whose sender died: nobody knows whether it arrived."""
    values = _values(Outcome(at, delivery.webhook.url, Reason.INTERRUPTED))
    WebhookAttempt.objects.get_or_create(delivery=delivery, number=delivery.attempts, defaults=values)


def _values(outcome: Outcome) -> dict[str, Any]:
    return {
        "at": outcome.at,
        "url": outcome.url,
        "duration_ms": outcome.duration_ms,
        "status": outcome.status,
        "reason": outcome.reason,
        "answer_headers": [[_storable(name), _storable(value)] for name, value in outcome.headers],
        "answer_text": _storable(outcome.text),
    }


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and nobody half a surrogate pair."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _wait(delivery: WebhookDelivery, outcome: Outcome) -> timedelta:
    seconds = BACK_OFF[min(delivery.failures, len(BACK_OFF) - 1)]
    if outcome.retry_after is not None:
        seconds = max(seconds, min(outcome.retry_after, LONGEST_WAIT))
    return timedelta(seconds=seconds)


def _recovered(webhook: Webhook) -> None:
    """It takes again: what waits only because it could not be reached goes at once."""
    row = Webhook.objects.filter(pk=webhook.pk)
    if row.filter(unreached__gt=0).update(failing_since=None, unreached=0, resting_until=None):
        waits = WebhookDelivery.objects.filter(webhook=webhook, state=State.QUEUED, reason__in=UNREACHED)
        waits.filter(due_at__gt=now()).update(due_at=now())
    else:
        row.filter(failing_since__isnull=False).update(failing_since=None)


def _failed(webhook: Webhook, outcome: Outcome, *, given_up: bool) -> None:
    at, row = now(), Webhook.objects.filter(pk=webhook.pk)
    away = outcome.reason in UNREACHED
    row.update(failing_since=Coalesce("failing_since", at), unreached=F("unreached") + 1 if away else 0)
    webhook.refresh_from_db(fields=["failing_since", "unreached"])
    beyond = webhook.unreached - REST_AFTER
    if beyond >= 0:
        row.update(resting_until=at + timedelta(seconds=REST[min(beyond, len(REST) - 1)]))
    if outcome.status == GONE:
        switch_off(webhook, Webhook.Off.GONE)
    elif given_up and _has_failed_for_days(webhook, at):
        switch_off(webhook, Webhook.Off.FAILING)


def _has_failed_for_days(webhook: Webhook, at: datetime) -> bool:
    """Asked when a delivery is given up. Where little happens days may pass between two failures: then the later one
    is no sign of anything before it was tried for its whole day as well."""
    days, since = settings.WEBHOOK_OFF_AFTER_DAYS, webhook.failing_since
    return bool(days and since and since <= at - timedelta(days=days))
