"""Sends what is owed to customers: one mail claimed, rendered and sent outside any transaction, and what became of it
told on its ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from channels.models import OutboundEmail
from channels.outbound_render import Unrenderable, render
from channels.querysets import OutboundQuerySet
from channels.transports.smtp import Courier, Letter, courier
from helpdesk.lib.claims import claim
from helpdesk.lib.mail_queue import OwedMails
from helpdesk.lib.mail_way import Refused
from tickets.actions import NoteDelivery
from tickets.delivery_reasons import WORKER_DIED
from tickets.ends import home_of
from tickets.perform import perform

logger = structlog.get_logger(__name__)

BATCH = 20
State = OutboundEmail.State


class OutboundMails(OwedMails[OutboundEmail, Letter]):
    name = "outbound"
    give_up_after = timedelta(hours=48)
    crashed = WORKER_DIED

    def due(self) -> Sequence[OutboundEmail]:
        return list(OutboundEmail.objects.due().not_taken_back().for_sending()[:BATCH])

    def among(self) -> OutboundQuerySet:
        return OutboundEmail.objects.not_taken_back()

    def compose(self, row: OutboundEmail) -> Letter:
        try:
            return render(row)
        except Unrenderable as fault:
            raise Refused(str(fault)) from fault

    def given_up(self, row: OutboundEmail, reason: str) -> None:
        """Give up on the mail and say so on its ticket, together or not at all."""
        with transaction.atomic():
            if self.settle(row, state=State.FAILED, last_error=reason, crashes=row.crashes):
                note = NoteDelivery(row.message_id, row.recipient, "failed", reason)
                home = home_of(row.message_id, row.ticket_id)
                perform(home, note, by=Actor.system("mail"), via="email")

    def way(self) -> Courier:
        return courier()


MAILS = OutboundMails()


def send_due() -> int:
    """Send what is due; how many mails left the house. Any number of workers may run it."""
    OutboundEmail.objects.taken_back().update(state=State.CANCELLED, claimed_until=None)
    return MAILS.send_due()


def try_again(mail_id: int, by: Agent) -> bool:
    """Owe a failed mail once more, at once; False when it is not failed (any more)."""
    failed = OutboundEmail.objects.filter(pk=mail_id, state=State.FAILED).not_taken_back()
    won = claim(failed, state=State.QUEUED, due_at=now(), crashes=0, claimed_until=None)
    logger.info("mail_owed_again", mail=mail_id, by=by.pk, done=won)
    return won
