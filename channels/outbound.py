"""Sends what is owed: claims one mail, renders and sends it outside any transaction, notes what became of it."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from channels.models import OutboundEmail
from channels.outbound_render import Unrenderable, render
from channels.transports.smtp import Courier, NotNow, Refused, courier
from helpdesk.lib.claims import claim
from helpdesk.lib.owing import pause, settle, take
from helpdesk.lib.text import one_line
from tickets.actions import NoteDelivery
from tickets.delivery_reasons import WORKER_DIED
from tickets.ends import home_of
from tickets.perform import perform

logger = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(hours=48)
BATCH = 20
# A task ends by itself well before Celery's limit; the beat starts the next one.
RUN_SECONDS = 200.0

State = OutboundEmail.State


def send_due() -> int:
    """Send what is due until nothing is left; how many mails left the house. Any number of workers may run it."""
    OutboundEmail.objects.taken_back().update(state=State.CANCELLED, claimed_until=None)
    sent, until = 0, time.monotonic() + RUN_SECONDS
    with courier() as way:
        while time.monotonic() < until and (
            batch := list(OutboundEmail.objects.due().not_taken_back().for_sending()[:BATCH])
        ):
            sent += sum(_send_one(mail, way) for mail in batch)
    return sent


def _send_one(mail: OutboundEmail, way: Courier) -> bool:
    """One mail, if this worker wins it; True when it left."""
    if not _taken(mail):
        return False
    try:
        letter = render(mail)
        way.send(letter, mail)
    except (Refused, Unrenderable) as refusal:
        _fail(mail, str(refusal))
        return False
    except Exception as error:
        if not isinstance(error, NotNow):
            logger.exception("mail_not_sent", mail=mail.pk)
        _postpone(mail, str(error) if isinstance(error, NotNow) else one_line(repr(error), 300))
        return False
    return _settle(mail, state=State.SENT, sent_at=now(), last_error="")


def _taken(mail: OutboundEmail) -> bool:
    lease = timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    wanted = OutboundEmail.objects.not_taken_back()
    return take(mail, lease, rows=wanted, lost=lambda: _fail(mail, WORKER_DIED))


def _settle(mail: OutboundEmail, **changes: object) -> bool:
    if settle(mail, **changes):
        return True
    logger.warning("mail_outcome_came_late", mail=mail.pk, attempts=mail.attempts)
    return False


def _postpone(mail: OutboundEmail, reason: str) -> None:
    wait = pause(mail, GIVE_UP_AFTER)
    if wait is None:
        _fail(mail, reason)
        return
    _settle(mail, state=State.QUEUED, due_at=now() + wait, last_error=reason)


def _fail(mail: OutboundEmail, reason: str) -> None:
    """Give up on the mail and say so on its ticket, together or not at all."""
    with transaction.atomic():
        if _settle(mail, state=State.FAILED, last_error=reason, crashes=mail.crashes):
            note = NoteDelivery(mail.message_id, mail.recipient, "failed", reason)
            home = home_of(mail.message_id, mail.ticket_id)
            perform(home, note, by=Actor.system("mail"), via="email")


def try_again(mail_id: int, by: Agent) -> bool:
    """Owe a failed mail once more, at once; False when it is not failed (any more)."""
    failed = OutboundEmail.objects.filter(pk=mail_id, state=State.FAILED).not_taken_back()
    won = claim(failed, state=State.QUEUED, due_at=now(), crashes=0, claimed_until=None)
    logger.info("mail_owed_again", mail=mail_id, by=by.pk, done=won)
    return won
