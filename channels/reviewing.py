"""What people decide about mail that waits for them: append it, make a ticket of it, call it spam, read it again."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.actors import Actor
from agents.permissions import Permission
from channels.filing import put_on_ticket
from channels.inbound import keep_files, process, read_stored
from channels.mime import UnparsableMail
from channels.models import InboundMessage, Mailbox
from channels.reading import APPEND, OPEN, Decision, Letter, read
from customers.matching import customer_for_email
from helpdesk.lib.errors import HelpdeskError
from tickets.actions import AddParticipant
from tickets.models import Change, Ticket
from tickets.perform import perform

State = InboundMessage.State
_UNDECIDED = (State.HELD, State.FAILED, State.IGNORED, State.SPAM)


def append_to(pk: int, ticket_id: int, by: Actor) -> Change:
    """Put a waiting mail on a ticket: its sender takes part from now on, because `by` vouches for it.

    Of somebody who was nobody to the ticket so far it is taken for the matter of the one who asks, mostly from another
    address of theirs: its words are owed an answer. Who was in copy already stays just that.
    Raises NotVisible, Denied, or HelpdeskError ("decided", "no_sender", "unreadable"); then nothing has changed.
    """
    by.require(Permission.EDIT)
    Ticket.objects.get_visible(ticket_id, by)
    return _decide(pk, by, Decision(APPEND, "confirmed", ticket_id))


def open_from(pk: int, by: Actor) -> Change:
    """Make a new ticket of a waiting mail. Raises as `append_to`."""
    by.require(Permission.OPEN)
    return _decide(pk, by, Decision(OPEN, "confirmed"))


def mark_spam(pk: int, by: Actor) -> None:
    """Set a waiting mail aside as spam; it can still be read and taken up again."""
    by.require(Permission.MAIL_CONSOLE)
    with transaction.atomic():
        inbound = _locked(pk)
        inbound.state, inbound.processed_at = State.SPAM, now()
        inbound.evidence = {**inbound.evidence, "decided_by": by.name}
        inbound.save(update_fields=["state", "processed_at", "evidence"])


def replay(pk: int, by: Actor) -> str:
    """Read a waiting or failed mail again with today's rules; returns its new state."""
    by.require(Permission.MAIL_CONSOLE)
    with transaction.atomic():
        inbound = _locked(pk)
        inbound.state, inbound.attempts, inbound.claimed_until, inbound.error = State.STORED, 0, None, ""
        inbound.save(update_fields=["state", "attempts", "claimed_until", "error"])
    return process(pk)


def dry_run(raw: bytes, mailbox: Mailbox | None = None) -> Letter:
    """What would become of these bytes; nothing is stored. Raises HelpdeskError("unreadable")."""
    try:
        return read(raw, mailbox)
    except UnparsableMail:
        raise HelpdeskError("unreadable", _("There is nothing to read in this mail."), field="source") from None


def _decide(pk: int, by: Actor, decision: Decision) -> Change:
    inbound = InboundMessage.objects.select_related("mailbox", "raw").filter(pk=pk).first()
    if inbound is None:
        raise HelpdeskError("decided", _("There is no such mail."))
    try:
        letter = read_stored(inbound)
    except UnparsableMail:
        raise HelpdeskError("unreadable", _("There is nothing to read in this mail.")) from None
    sender = letter.mail.sender or next(iter(letter.mail.senders), None)
    if sender is None:
        raise HelpdeskError("no_sender", _("This mail names nobody who could be answered."))
    kept = keep_files(letter)
    with transaction.atomic():
        row = _locked(pk)
        row.evidence = {**row.evidence, "decided_by": by.name}
        if decision.ticket_id is not None:
            joining = AddParticipant(customer_for_email(sender.email, sender.name, by=by).pk)
            joined = perform(decision.ticket_id, joining, by=by, via="web")
            decision = replace(decision, asks=joined is not None)
        change = put_on_ticket(row, letter, kept, decision)
    if change is None:
        raise HelpdeskError("no_sender", _("This mail could not be put on the ticket."))
    return change


def _locked(pk: int) -> InboundMessage:
    inbound = InboundMessage.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if inbound is None or inbound.state not in _UNDECIDED:
        raise HelpdeskError("decided", _("Somebody has decided about this mail already."))
    return inbound
