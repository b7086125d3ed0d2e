"""Sends what webhooks are owed: claimed, in order for each ticket, many receivers at once, none waiting for another.

One sender at a time holds the seat, so webhooks never take more than one worker. It talks to the database alone; only
the requests run in threads. A receiver has a few of them, and one when it was not reached lately, so that those who
hang leave room for the rest. Whatever the seat says, a delivery is claimed by a conditional UPDATE before it is sent.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import structlog
from django.db import IntegrityError
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib import outward, vault
from helpdesk.lib.claims import claim
from webhooks import outcomes, payloads, signing
from webhooks.gathering import gather, tickets_seen
from webhooks.models import Reason, SenderSeat, Webhook, WebhookDelivery
from webhooks.outcomes import LEASE, Outcome, settle
from webhooks.signing_secrets import known_secrets

logger = structlog.get_logger(__name__)

MOST, OF_ONE = 64, 4
"""Requests at once: of all, and to one receiver."""
HEADS = 50
"""Deliveries to one receiver that are looked up at once: after a day of its absence the look is what costs."""
RUN_SECONDS = 30.0
GATHER_SECONDS = 2.0
SEAT = timedelta(seconds=45)
"""Longer than a pass of the loop by far; a sender that died is succeeded after it."""

State = WebhookDelivery.State
InFlight = dict[Future[Outcome], WebhookDelivery]
Next = dict[int, list[WebhookDelivery]]


def send_webhooks() -> int:
    """Gather from the feed and send until nothing is due, or for RUN_SECONDS; how many were accepted."""
    if not Webhook.objects.at_work().exists():
        return 0
    seat = _take_seat()
    if seat is None:
        return 0
    try:
        outcomes.end_interrupted_tests()
        return _run(seat)
    finally:
        SenderSeat.objects.filter(pk=SenderSeat.ONLY, held_until=seat.held_until).update(held_until=now())


def _run(seat: SenderSeat) -> int:
    accepted, gathered_at, in_flight, next_up = 0, 0.0, InFlight(), Next()
    until = time.monotonic() + RUN_SECONDS
    with ThreadPoolExecutor(MOST, "webhook") as pool:
        while True:
            looked_at = 0
            if time.monotonic() < until and _keep(seat):
                if time.monotonic() >= gathered_at + GATHER_SECONDS:
                    gather()
                    gathered_at = time.monotonic()
                looked_at = _send_what_is_due(pool, in_flight, next_up)
            if not in_flight and not looked_at:
                return accepted
            for future in wait(in_flight, timeout=0.5, return_when=FIRST_COMPLETED).done:
                accepted += _settle(in_flight.pop(future), future.result())


def _settle(delivery: WebhookDelivery, outcome: Outcome) -> bool:
    """Somebody may have removed its webhook meanwhile: that is no reason to leave the others unsettled."""
    try:
        return settle(delivery, outcome)
    except IntegrityError:
        _log_removed(delivery)
        return False


def _log_removed(delivery: WebhookDelivery) -> None:
    logger.info("webhook_delivery_removed", webhook=delivery.webhook_id, delivery=delivery.pk)


def _send_what_is_due(pool: ThreadPoolExecutor, in_flight: InFlight, next_up: Next) -> int:
    """Receivers with the fewest requests under way come first. `next_up`: what was looked up and had no room yet; what
    another sender took of it meanwhile is not won. How many were looked at."""
    looked_at = 0
    running = Counter(delivery.webhook_id for delivery in in_flight.values())
    ready = sorted(Webhook.objects.ready(), key=lambda one: running[one.pk])
    kept = {webhook.pk: next_up.get(webhook.pk, []) for webhook in ready}
    next_up.clear()  # who rests now, or is off, is looked up anew later
    next_up.update(kept)
    for webhook in ready:
        room = min((1 if webhook.unreached else OF_ONE) - running[webhook.pk], MOST - len(in_flight))
        if room <= 0:
            continue
        heads = next_up[webhook.pk] = next_up[webhook.pk] or _heads(webhook)
        actor = Actor.agent(webhook.owner)
        while heads and room > 0:
            delivery = heads.pop(0)
            delivery.webhook = webhook
            room, looked_at = room - 1, looked_at + 1
            if take(delivery) and (request := _request(delivery, actor)) is not None:
                in_flight[pool.submit(_post, *request)] = delivery
    return looked_at


def _heads(webhook: Webhook) -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.heads(webhook.pk).for_detail()[:HEADS])


def send_now(delivery: WebhookDelivery) -> bool:
    """One delivery, by the caller and at once: the test. True when it was accepted."""
    if not take(delivery):
        return False
    request = _request(delivery, None)
    return request is not None and _settle(delivery, _post(*request))


def take(delivery: WebhookDelivery) -> bool:
    """Claim it for a while, in a statement that only one sender can win. An attempt that never came back is logged."""
    if delivery.state == State.SENDING:
        try:
            outcomes.interrupted(delivery, (delivery.claimed_until or now()) - LEASE)
        except IntegrityError:
            _log_removed(delivery)
            return False
    as_read = WebhookDelivery.objects.filter(pk=delivery.pk, state=delivery.state, attempts=delivery.attempts)
    attempts, until = delivery.attempts + 1, now() + LEASE
    if not claim(as_read, state=State.SENDING, claimed_until=until, attempts=attempts):
        return False
    delivery.state, delivery.attempts, delivery.claimed_until = State.SENDING, attempts, until
    return True


def _request(delivery: WebhookDelivery, actor: Actor | None) -> tuple[str, bytes, dict[str, str]] | None:
    """What is sent; None when it was settled instead: the owner does not see the ticket any more (E11), or the
    secret is lost."""
    webhook = delivery.webhook
    if actor is not None and delivery.ticket_id and not tickets_seen(actor, {delivery.ticket_id}):
        mine = WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
        claim(mine, state=State.DROPPED, reason=Reason.UNSEEN, claimed_until=None, ended_at=now())
        return None
    try:
        known = known_secrets(webhook)
    except vault.SecretLost:
        _settle(delivery, Outcome(now(), webhook.url, Reason.SECRET_LOST))
        return None
    body = payloads.body(delivery)
    return webhook.url, body, signing.headers(known, delivery.message_id, int(now().timestamp()), body)


def _post(url: str, body: bytes, headers: dict[str, str]) -> Outcome:
    """In a thread, without the database; never raises."""
    at, begun = now(), time.monotonic()
    said: dict[str, Any] = {}
    try:
        answer = outward.post(url, body, headers)
    except outward.TargetRefused as refusal:
        said = {"reason": Reason.REFUSED, "text": str(refusal)}
    except outward.Unreached as silence:
        said = {"reason": silence.reason}
    except Exception as error:  # whatever it is, it is this receiver's alone
        said = {"reason": Reason.ANSWER, "text": repr(error)[:300]}
    else:
        said = {"status": answer.status, "headers": answer.headers, "text": answer.text}
        said |= {} if answer.accepted else {"reason": Reason.STATUS, "retry_after": answer.retry_after}
    return Outcome(at, url, duration_ms=int((time.monotonic() - begun) * 1000), **said)


def _take_seat() -> SenderSeat | None:
    """The seat, if nobody holds it."""
    moment = now()
    SenderSeat.objects.get_or_create(pk=SenderSeat.ONLY, defaults={"held_until": moment})
    free = SenderSeat.objects.filter(pk=SenderSeat.ONLY, held_until__lte=moment)
    until = moment + SEAT
    return SenderSeat(pk=SenderSeat.ONLY, held_until=until) if claim(free, held_until=until) else None


def _keep(seat: SenderSeat) -> bool:
    """Hold it on while one works; False when somebody else sat down, because this sender slept too long."""
    if seat.held_until - now() > SEAT / 2:
        return True
    until = now() + SEAT
    mine = SenderSeat.objects.filter(pk=SenderSeat.ONLY, held_until=seat.held_until)
    if not claim(mine, held_until=until):
        return False
    seat.held_until = until
    return True
