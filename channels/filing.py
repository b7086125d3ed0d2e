"""Put a mail that was read where it belongs: on a ticket, on a new one, or aside; runs inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from channels import agent_answers, fingerprints
from channels.mime import Address, ParsedMail
from channels.models import InboundMessage, Mailbox, TicketMailbox
from channels.reading import AGENT, APPEND, HOLD, IGNORE, MOST_SHOWN, OPEN, RELATED, Decision, Letter
from channels.returns import take_back
from customers.matching import customer_for_email
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.text import one_line
from tickets.actions import AddCustomerMessage, AddParticipant
from tickets.ends import end_of
from tickets.linking import link_tickets
from tickets.models import Change, Ticket
from tickets.opening import Opening, open_together
from tickets.perform import perform
from tickets.thanks import is_plain_thanks

State = InboundMessage.State
MAIL = Actor.system("mail")
# What filing writes on a mail's row.
_SETTLED = [
    *("state", "reason", "kind", "evidence", "mailbox", "processed_at", "claimed_until", "error"),
    *("header_id", "from_address", "from_name", "subject", "ticket", "message", "duplicate_of"),
]


@dataclass(frozen=True)
class Kept:
    """The files of a mail: keys of those that were stored, names of those that were refused, with the reason."""

    keys: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def file(inbound: InboundMessage, letter: Letter, kept: Kept) -> None:
    """Do what was decided and note it on the mail's row, which the caller has locked."""
    fingerprints.stand_in_line([inbound])
    _file(Case(inbound, letter, kept), fingerprints.kin_of(inbound, letter.words))
    inbound.save()


@dataclass(frozen=True)
class Case:
    """A mail that is to be filed: its row, what was read in it, its files."""

    inbound: InboundMessage
    letter: Letter
    kept: Kept


def file_together(cases: Sequence[Case]) -> None:
    """The same for many mails of which none bears on another (see batches.py): all are filed, or it raises.

    The mails that open tickets cost together little more than one. Tickets are locked first, in the order of their
    keys, so that workers do not wait in a ring.
    """
    fingerprints.stand_in_line([case.inbound for case in cases])
    kin = fingerprints.kin_of_each([(case.inbound, case.letter.words) for case in cases])
    named = {ticket_id for case in cases if (ticket_id := case.letter.decision.ticket_id) is not None}
    if named:
        list(Ticket.objects.select_for_update().filter(pk__in=named).order_by("pk").values_list("pk"))
    opening: list[Case] = []
    for case, related in zip(cases, kin, strict=True):
        if case.letter.decision.outcome == OPEN and case.letter.mail.sender and related.twin is None:
            opening.append(replace(case, letter=_warned(case.letter, related)))
        else:
            _file(case, related)
    if opening:
        _open_together(opening)
    InboundMessage.objects.bulk_create(
        [case.inbound for case in cases], update_conflicts=True, unique_fields=["id"], update_fields=_SETTLED
    )


def _warned(letter: Letter, kin: fingerprints.Kin) -> Letter:
    return replace(letter, warnings=(*letter.warnings, "message_id_reused")) if kin.id_was_used else letter


def _file(case: Case, kin: fingerprints.Kin) -> None:
    inbound, letter = case.inbound, _warned(case.letter, kin)
    decision = letter.decision
    if kin.twin is not None:
        twin = kin.twin
        _settle(inbound, case.letter, State.DUPLICATE, "duplicate", duplicate_of=twin, ticket_id=twin.ticket_id)
    elif decision.outcome == IGNORE:
        ticket_id = take_back(letter.verdict, letter.mail.subject)
        _settle(inbound, letter, State.IGNORED, decision.reason, ticket_id=ticket_id)
    elif decision.outcome == HOLD:
        _settle(inbound, letter, State.HELD, decision.reason, ticket_id=decision.ticket_id)
    elif decision.outcome == AGENT:
        _let_agent_say(case, letter)
    else:
        _put(inbound, letter, case.kept, decision)


def _let_agent_say(case: Case, letter: Letter) -> None:
    agent_id, ticket_id = letter.decision.agent_id, letter.decision.ticket_id
    if agent_id is None or ticket_id is None:
        raise RuntimeError("An answer without its agent or ticket is nobody's.")
    change = agent_answers.say(agent_id, ticket_id, letter, case.kept.keys)
    if change is None:
        _settle(case.inbound, letter, State.HELD, agent_answers.REFUSED, ticket_id=ticket_id)
    else:
        said = {"ticket_id": ticket_id, "message_id": _said_in(change)}
        _settle(case.inbound, letter, State.DONE, letter.decision.reason, **said)


def put_on_ticket(inbound: InboundMessage, letter: Letter, kept: Kept, decision: Decision) -> Change | None:
    """Append to the ticket or open one, as decided; a closed ticket gets a follow-up. None when it had to be held."""
    change = _put(inbound, letter, kept, decision)
    inbound.save()
    return change


def _put(inbound: InboundMessage, letter: Letter, kept: Kept, decision: Decision) -> Change | None:
    sender = letter.mail.sender or next(iter(letter.mail.senders), None)
    if sender is None:
        _settle(inbound, letter, State.HELD, "sender_missing", ticket_id=decision.ticket_id)
        return None
    customer = _writer(letter, sender)
    said = replace(_said(letter, sender, customer, kept), asks=decision.asks)
    reason = decision.reason
    change: Change | None = None
    if decision.outcome == APPEND and decision.ticket_id is not None:
        try:
            with transaction.atomic():
                change = _append(decision.ticket_id, said, customer)
        except NotVisible:
            _settle(inbound, letter, State.HELD, "sender_unknown_to_ticket", ticket_id=decision.ticket_id)
            return None
        except HelpdeskError as refusal:
            if refusal.code != "ticket_closed":
                raise
            change, reason = _open(letter, said, customer, decision.ticket_id, "follow_up"), "ticket_closed"
    elif decision.outcome == RELATED and decision.ticket_id is not None:
        change = _open(letter, said, customer, decision.ticket_id, "related")
    else:
        change = _open(letter, said, customer)
    if change is None:
        raise RuntimeError("A message was added and nothing changed.")
    _copy_in(change, letter)
    _settle(inbound, letter, State.DONE, reason, ticket_id=change.ticket_id, message_id=_said_in(change))
    return change


def _said_in(change: Change) -> int:
    message_id: int = next(fact.data["message"] for fact in change.facts if fact.kind == "message_added")
    return message_id


def _writer(letter: Letter, sender: Address) -> Customer:
    if letter.customer is not None and letter.customer.name:
        return letter.customer
    return customer_for_email(sender.email, sender.name, letter.language, by=MAIL)


def _said(letter: Letter, sender: Address, customer: Customer, kept: Kept) -> AddCustomerMessage:
    shown = {address.email for address in letter.mail.to}
    return AddCustomerMessage(
        customer.pk,
        sender.name or customer.display_name,
        letter.folded.visible,
        html=letter.html,
        quoted_text=letter.folded.quoted,
        quoted_html=letter.quoted_html,
        signature=letter.folded.signature,
        from_address=sender.email,
        sender_verified=letter.verified,
        to=[email for email in letter.others if email in shown][:MOST_SHOWN],
        cc=[email for email in letter.others if email not in shown][:MOST_SHOWN],
        warnings=[*letter.warnings, *kept.refused],
        attachments=kept.keys,
        thanks=is_plain_thanks(letter.folded.visible, (customer.name, sender.name)),
    )


def _append(ticket_id: int, said: AddCustomerMessage, customer: Customer) -> Change | None:
    by = Actor.customer(customer.pk, customer.display_name)
    try:
        return perform(ticket_id, said, by=by, via="email")
    except HelpdeskError as refusal:
        if refusal.code != "merged":
            raise
    # It was merged away after the mail had been read: the words belong where its conversation goes on.
    return perform(end_of(ticket_id), said, by=by, via="email")


def _open(
    letter: Letter, said: AddCustomerMessage, customer: Customer, linked_to: int | None = None, kind: str = ""
) -> Change:
    mailbox = letter.mailbox
    if mailbox is None and linked_to is not None:
        known = TicketMailbox.objects.filter(ticket_id=linked_to).select_related("mailbox").first()
        mailbox = known.mailbox if known else None
    ((ticket, change),) = open_together([_opening(letter, said, customer, mailbox)])
    if mailbox:
        TicketMailbox.objects.create(ticket=ticket, mailbox=mailbox)
    if linked_to is not None and Ticket.objects.filter(pk=linked_to).exists():
        link_tickets(ticket.pk, linked_to, kind, by=MAIL, via="email", cause=change)
    return change


def _opening(letter: Letter, said: AddCustomerMessage, customer: Customer, mailbox: Mailbox | None) -> Opening:
    return Opening(
        letter.mail.subject,
        customer,
        (said,),
        by=Actor.customer(customer.pk, customer.display_name),
        via="email",
        channel="email",
        team_id=mailbox.team_id if mailbox else None,
        language=letter.language,
    )


def _open_together(cases: Sequence[Case]) -> None:
    openings = []
    for case in cases:
        letter, sender = case.letter, case.letter.mail.sender
        if sender is None:
            raise RuntimeError("A mail without a sender opens nothing.")
        customer = _writer(letter, sender)
        openings.append(_opening(letter, _said(letter, sender, customer, case.kept), customer, letter.mailbox))
    opened = list(zip(cases, open_together(openings), strict=True))
    TicketMailbox.objects.bulk_create(
        TicketMailbox(ticket=ticket, mailbox=case.letter.mailbox) for case, (ticket, _) in opened if case.letter.mailbox
    )
    for case, (ticket, change) in opened:
        _copy_in(change, case.letter)
        _settle(case.inbound, case.letter, State.DONE, "", ticket_id=ticket.pk, message_id=_said_in(change))


def _copy_in(change: Change, letter: Letter) -> None:
    """People whom a verified sender copied in take part from now on; an unverified mail never changes that (A01)."""
    if not letter.verified:
        return
    agents = set(Agent.objects.filter(email__in=letter.others).values_list("email", flat=True))
    for email in [e for e in letter.others if e not in agents][: settings.MAX_PARTICIPANTS]:
        joining = AddParticipant(customer_for_email(email, by=MAIL).pk)
        try:
            perform(change.ticket_id, joining, by=MAIL, via="email", cause=change)
        except HelpdeskError:
            return


def _settle(inbound: InboundMessage, letter: Letter, state: str, reason: str, **where: object) -> None:
    """Note on the row what became of the mail; the caller saves it."""
    describe(inbound, letter.mail)
    inbound.state, inbound.reason, inbound.kind = state, reason[:60], letter.verdict.kind
    inbound.evidence = {**inbound.evidence, **letter.evidence()}
    inbound.mailbox = letter.mailbox
    inbound.processed_at, inbound.claimed_until, inbound.error = now(), None, ""
    for name, value in where.items():
        setattr(inbound, name, value)


def describe(inbound: InboundMessage, mail: ParsedMail) -> None:
    """Fill in the columns by which the console lists a mail."""
    sender = mail.sender or next(iter(mail.senders), None)
    inbound.header_id = mail.message_id[:500]
    inbound.from_address = sender.email[:254] if sender else ""
    inbound.from_name = one_line(sender.name, 160) if sender else one_line(mail.header("from"), 160)
    inbound.subject = one_line(mail.subject, 250)
