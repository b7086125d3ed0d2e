"""What mail does after a ticket has changed: owe its answers, acknowledge new ones, forget what was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.timezone import now

from agents.actors import Actor
from channels import acknowledge, signing
from channels.conversation import Thread, thread_of
from channels.models import Mailbox, OutboundEmail, TicketMailbox
from customers.matching import normalise_email
from tickets.actions import NoteDelivery
from tickets.delivery_reasons import NO_MAILBOX
from tickets.models import Message
from tickets.outbox import reacts_to
from tickets.perform import perform

if TYPE_CHECKING:
    from tickets.models import Change, Ticket

# Clocks of different machines disagree a little; a mail may not leave while undo still looks possible elsewhere.
CLOCK_MARGIN = timedelta(seconds=2)


@reacts_to("message_added", where=lambda data: data["public"] and data["author"] != "customer")
def queue_reply_email(change: Change) -> None:
    """Owe each public answer of this change to each of its recipients, once undo is over."""
    if change.via == "import":
        return  # what is imported was said elsewhere, long ago
    for message in _answers(change):
        _owe(change, message)


def acknowledge_tickets(changes: Sequence[Change]) -> None:
    """Tell people who opened tickets by mail that they came in, if that is safe (channels/acknowledge.py)."""
    by_mail = [change for change in changes if change.via == "email" and change.actor_kind == "customer"]
    kept = TicketMailbox.objects.filter(ticket__in=[change.ticket_id for change in by_mail]).select_related("mailbox")
    known = {row.ticket_id: row.mailbox for row in kept if row.mailbox.active}
    acknowledge.acknowledge_each(
        [(change, known.get(change.ticket_id) or mailbox_of(change.ticket)) for change in by_mail]
    )


@reacts_to("opened", where=lambda data: data["channel"] == "email", together=acknowledge_tickets)
def acknowledge_ticket(change: Change) -> None:
    """The same for one."""
    acknowledge_tickets([change])


@reacts_to("message_withdrawn", "message_redacted")
def cancel_mail(change: Change) -> None:
    """Forget the mails of words that were taken back; a worker that is faster asks the message itself."""
    kinds = ("message_withdrawn", "message_redacted")
    gone = [event.data["message"] for event in change.events.all() if event.kind in kinds]
    OutboundEmail.objects.filter(message_id__in=gone, state=OutboundEmail.State.QUEUED).update(
        state=OutboundEmail.State.CANCELLED
    )


def mailbox_of(ticket: Ticket) -> Mailbox | None:
    """Through which address the ticket is talked about: its own, its team's, else the first; decided once."""
    boxes = TicketMailbox.objects.select_related("mailbox")
    # A part that was split off goes on under the address to which its mails were written.
    kept = boxes.filter(ticket=ticket).first() or boxes.filter(ticket__splits__made=ticket).first()
    if kept is not None and kept.mailbox.active:
        return kept.mailbox
    active = Mailbox.objects.active().order_by("pk")
    mailbox = (active.filter(team_id=ticket.team_id).first() if ticket.team_id else None) or active.first()
    if mailbox is not None:
        TicketMailbox.objects.update_or_create(ticket=ticket, defaults={"mailbox": mailbox})
    return mailbox


def _answers(change: Change) -> list[Message]:
    """The public messages of this change that we wrote and nobody took back; never a note. A merge or split may have
    carried them to another ticket meanwhile: they are owed all the same (L08)."""
    wanted = [event.data["message"] for event in change.events.all() if event.kind == "message_added"]
    return list(
        Message.objects.filter(pk__in=wanted, public=True)
        .filter(withdrawn_at=None, redacted_at=None)
        .exclude(author_kind=Message.Author.CUSTOMER)
        .order_by("pk")
    )


def _owe(change: Change, message: Message) -> None:
    ours = signing.own_addresses(Mailbox.objects.all())
    to, cc = _strangers(message.to, ours), _strangers(message.cc, ours)
    cc = [address for address in cc if address not in to]
    mailbox = mailbox_of(change.ticket)
    if mailbox is None:
        _tell_undeliverable(change, message, [*to, *cc])
        return
    thread = thread_of(change.ticket_id)
    due_at = (message.deliver_after or now()) + CLOCK_MARGIN
    OutboundEmail.objects.bulk_create(
        _mail(change, message, mailbox, recipient, to, cc, thread, due_at=due_at)
        for recipient in [*to, *cc][: settings.MAX_PARTICIPANTS + 1]
    )


def _mail(
    change: Change,
    message: Message,
    mailbox: Mailbox,
    recipient: str,
    to: list[str],
    cc: list[str],
    thread: Thread,
    **fields: object,
) -> OutboundEmail:
    references = thread.as_seen_by(recipient)
    return OutboundEmail(
        kind=OutboundEmail.Kind.REPLY,
        change=change,
        ticket_id=change.ticket_id,
        message=message,
        mailbox=mailbox,
        recipient=recipient,
        to=to,
        cc=cc,
        header_id=signing.new_header_id(change.ticket_id),
        in_reply_to=references[-1] if references else "",
        references=references,
        **fields,
    )


def _strangers(addresses: Iterable[str], ours: frozenset[str]) -> list[str]:
    """The addresses, each once, in the form that SMTP takes, without our own: we never write to ourselves (B03)."""
    found = dict.fromkeys(normalise_email(address) for address in addresses if address)
    return [a for a in found if a not in ours and signing.plain_address(a) not in ours][: settings.MAX_PARTICIPANTS + 1]


def _tell_undeliverable(change: Change, message: Message, recipients: list[str]) -> None:
    notes = [NoteDelivery(message.pk, address, "failed", NO_MAILBOX) for address in recipients]
    if notes:
        perform(change.ticket_id, *notes, by=Actor.system("mail"), via="email", cause=change)
