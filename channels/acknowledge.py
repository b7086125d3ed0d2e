"""Whether a new ticket is acknowledged by mail: never to robots, never often, never with a stranger's words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.utils.timezone import now

from channels import signing
from channels.classify import CUSTOMER
from channels.conversation import thread_of
from channels.models import InboundMessage, Mailbox, OutboundEmail
from customers.matching import normalise_email
from customers.models import Address

if TYPE_CHECKING:
    from tickets.models import Change

logger = structlog.get_logger(__name__)

Kind = OutboundEmail.Kind


def acknowledge(change: Change, mailbox: Mailbox | None) -> OutboundEmail | None:
    """Owe one acknowledgement for the ticket that this change opened, or None. Needs the reaction's transaction."""
    inbound = _mail_of_a_person(change)
    if mailbox is None or not mailbox.acknowledges or inbound is None:
        return None
    recipient = normalise_email(inbound.from_address)
    if not _may_receive(recipient) or not _within_caps(recipient, mailbox):
        return None
    references = thread_of(change.ticket_id).as_seen_by(recipient)
    return OutboundEmail.objects.create(
        kind=Kind.ACKNOWLEDGEMENT,
        change=change,
        ticket_id=change.ticket_id,
        message_id=inbound.message_id,
        mailbox=mailbox,
        recipient=recipient,
        to=[recipient],
        header_id=signing.new_header_id(change.ticket_id),
        in_reply_to=references[-1] if references else "",
        references=references,
    )


def _mail_of_a_person(change: Change) -> InboundMessage | None:
    """The mail that opened the ticket, if a person wrote it and may be answered by a machine (B01)."""
    said = [e.data["message"] for e in change.events.all() if e.kind == "message_added"]
    inbound = InboundMessage.objects.filter(message_id__in=said, ticket_id=change.ticket_id).order_by("pk").first()
    if inbound is None or inbound.kind != CUSTOMER or inbound.evidence.get("may_answer") is not True:
        return None
    if inbound.transport in ("smtp", "lmtp") and inbound.envelope_from in ("", "<>"):
        return None
    return inbound


def _may_receive(recipient: str) -> bool:
    """Not ourselves (B03), and not an address from which our mail came back."""
    ours = signing.own_addresses(Mailbox.objects.all())
    if recipient in ours or signing.plain_address(recipient) in ours:
        return False
    return not Address.objects.filter(normalised=recipient, bounced_at__isnull=False).exists()


def _within_caps(recipient: str, mailbox: Mailbox) -> bool:
    """Whether the address and the mailbox have some left (B02, B04).

    Both rows are locked first, always in this order, so that two workers cannot both see the last one free.
    """
    list(Address.objects.select_for_update(no_key=True).filter(normalised=recipient).order_by("pk").values_list("pk"))
    Mailbox.objects.select_for_update(no_key=True).filter(pk=mailbox.pk).values_list("pk").first()
    sent = OutboundEmail.objects.filter(kind=Kind.ACKNOWLEDGEMENT)
    to_address = sent.filter(recipient=recipient)
    hour, day = now() - timedelta(hours=1), now() - timedelta(days=1)
    caps = (
        ("address_hour", to_address.filter(created_at__gt=hour), settings.ACK_PER_ADDRESS_HOUR),
        ("address_day", to_address.filter(created_at__gt=day), settings.ACK_PER_ADDRESS_DAY),
        ("mailbox_hour", sent.filter(mailbox=mailbox, created_at__gt=hour), settings.ACK_PER_MAILBOX_HOUR),
    )
    for name, counted, cap in caps:
        if counted.values("pk")[: cap + 1].count() >= cap:
            logger.warning("acknowledgement_capped", cap=name, mailbox=mailbox.pk)
            return False
    return True
