"""Whether a new ticket is acknowledged by mail: never to robots, never often, never with a stranger's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db.models import Count, Q
from django.utils.timezone import now

from channels import signing
from channels.classify import CUSTOMER
from channels.models import InboundMessage, Mailbox, OutboundEmail
from channels.outbound_render import usable_id
from customers.matching import normalise_email
from customers.models import Address

if TYPE_CHECKING:
    from tickets.models import Change

logger = structlog.get_logger(__name__)

Kind = OutboundEmail.Kind


def acknowledge(change: Change, mailbox: Mailbox | None) -> OutboundEmail | None:
    """Owe one acknowledgement for the ticket that this change opened, or None. Needs the reaction's transaction."""
    return next(iter(acknowledge_each([(change, mailbox)])), None)


def acknowledge_each(opened: Sequence[tuple[Change, Mailbox | None]]) -> list[OutboundEmail]:
    """The same for many, for the statements of one; the earlier ones come first where a cap leaves room for few."""
    willing = [(change, mailbox) for change, mailbox in opened if mailbox is not None and mailbox.acknowledges]
    mails = _mails_of_people([change for change, _mailbox in willing])
    wanted = [
        (change, mailbox, mails[change.pk], normalise_email(mails[change.pk].from_address))
        for change, mailbox in willing
        if change.pk in mails
    ]
    if not wanted:
        return []
    silent = _own_addresses()
    bounced = _lock({recipient for *_, recipient in wanted}, {mailbox.pk for _, mailbox, *_ in wanted})
    room = _Room([recipient for *_, recipient in wanted], [mailbox.pk for _, mailbox, *_ in wanted])
    owed = [
        _owed(change, mailbox, inbound, recipient)
        for change, mailbox, inbound, recipient in wanted
        if recipient not in silent
        and signing.plain_address(recipient) not in silent
        and recipient not in bounced
        and room.taken_by(recipient, mailbox)
    ]
    return OutboundEmail.objects.bulk_create(owed)


def _owed(change: Change, mailbox: Mailbox, inbound: InboundMessage, recipient: str) -> OutboundEmail:
    """It answers the mail that opened the ticket, whatever else has come since."""
    references = [inbound.header_id] if usable_id(inbound.header_id) else []
    return OutboundEmail(
        kind=Kind.ACKNOWLEDGEMENT,
        change=change,
        ticket_id=change.ticket_id,
        message_id=inbound.message_id,
        mailbox=mailbox,
        recipient=recipient,
        to=[recipient],
        header_id=signing.new_header_id(change.ticket_id),
        in_reply_to=inbound.header_id if references else "",
        references=references,
    )


def _mails_of_people(changes: Sequence[Change]) -> dict[int, InboundMessage]:
    """By change: the mail that opened the ticket, if a person wrote it and may be answered by a machine (B01)."""
    said = {
        e.data["message"]: change.pk for change in changes for e in change.events.all() if e.kind == "message_added"
    }
    tickets = {change.pk: change.ticket_id for change in changes}
    found: dict[int, InboundMessage] = {}
    for inbound in InboundMessage.objects.filter(message_id__in=said).order_by("pk"):
        change_id = said[inbound.message_id]
        if inbound.ticket_id == tickets[change_id]:
            found.setdefault(change_id, inbound)
    return {change_id: inbound for change_id, inbound in found.items() if _is_from_a_person(inbound)}


def _is_from_a_person(inbound: InboundMessage) -> bool:
    if inbound.kind != CUSTOMER or inbound.evidence.get("may_answer") is not True:
        return False
    return not (inbound.transport in ("smtp", "lmtp") and inbound.envelope_from in ("", "<>"))


def _own_addresses() -> frozenset[str]:
    """We do not write to ourselves (B03)."""
    return signing.own_addresses(Mailbox.objects.all())


def _lock(recipients: set[str], mailboxes: set[int]) -> set[str]:
    """Lock what the caps count by, so that two workers cannot both see the last one free (B02, B04).

    All addresses, then all mailboxes, always in this order. Returns the addresses from which our mail came back.
    """
    addresses = Address.objects.select_for_update(no_key=True).filter(normalised__in=recipients).order_by("pk")
    bounced = {address for address, bounced_at in addresses.values_list("normalised", "bounced_at") if bounced_at}
    list(
        Mailbox.objects.select_for_update(no_key=True).filter(pk__in=mailboxes).order_by("pk").values_list("pk", "name")
    )
    return bounced


class _Room:
    """How many acknowledgements an address and a mailbox have left; counted once for all."""

    def __init__(self, recipients: list[str], mailboxes: list[int]) -> None:
        hour, day = now() - timedelta(hours=1), now() - timedelta(days=1)
        sent = OutboundEmail.objects.filter(kind=Kind.ACKNOWLEDGEMENT).order_by()
        by_address = sent.filter(recipient__in=set(recipients), created_at__gt=day).values("recipient")
        lately = Count("pk", filter=Q(created_at__gt=hour))
        self._day, self._hour, self._mailbox = Counter[str](), Counter[str](), Counter[int]()
        for row in by_address.annotate(day=Count("pk"), hour=lately):
            self._day[row["recipient"]], self._hour[row["recipient"]] = row["day"], row["hour"]
        by_mailbox = sent.filter(mailbox__in=set(mailboxes), created_at__gt=hour).values("mailbox_id")
        self._mailbox.update(dict(by_mailbox.annotate(hour=Count("pk")).values_list("mailbox_id", "hour")))

    def taken_by(self, recipient: str, mailbox: Mailbox) -> bool:
        """Take one, if all three caps leave one."""
        caps = (
            ("address_hour", self._hour[recipient], settings.ACK_PER_ADDRESS_HOUR),
            ("address_day", self._day[recipient], settings.ACK_PER_ADDRESS_DAY),
            ("mailbox_hour", self._mailbox[mailbox.pk], settings.ACK_PER_MAILBOX_HOUR),
        )
        for name, count, cap in caps:
            if count >= cap:
                logger.warning("acknowledgement_capped", cap=name, mailbox=mailbox.pk)
                return False
        self._hour[recipient] += 1
        self._day[recipient] += 1
        self._mailbox[mailbox.pk] += 1
        return True
