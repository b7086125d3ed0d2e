"""Words that a customer wrote elsewhere (a form, an app, a chat), filed by an integration: once, as a mail would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.actors import Actor
from agents.permissions import Permission
from customers.matching import follow, normalise_email
from customers.models import Address
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from helpdesk.lib.text import clean
from tickets.actions import Action, AddCustomerMessage
from tickets.actions.conversation import LONGEST_BODY
from tickets.customer_merging import move_ticket_at_once
from tickets.ends import end_of
from tickets.linking import link_tickets
from tickets.models import Change, Event, Message, Ticket
from tickets.opening import open_ticket
from tickets.perform import perform
from tickets.thanks import is_plain_thanks

if TYPE_CHECKING:
    from customers.models import Customer

HOUSE = Actor.system("intake")
OPENED, ADDED, FOLLOW_UP, REPEATED = "opened", "added", "follow_up", "repeated"


@dataclass(frozen=True)
class Words:
    """What somebody wrote. `external_id` names it in the other system; `files` are keys of the integration's uploads.

    `from_address` is kept if it is one of the customer's own. Without a ticket one is opened, with `subject` and what
    follows; then the integration does `actions` to it.
    """

    external_id: str
    text: str
    from_address: str = ""
    files: Sequence[str] = ()
    ticket_id: int | None = None
    subject: str = ""
    team_id: int | None = None
    language: str = ""
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """Where the words stand, and how they came there: one of OPENED, ADDED, FOLLOW_UP, REPEATED."""

    ticket_id: int
    message_id: int
    outcome: str


def earlier(external_id: str, by: Actor) -> Message | None:
    """What `by` has filed under this id; rides message_filed_once."""
    return Message.objects.filter(filed_by_id=by.account_id or 0, external_id=external_id).first()


def file_words(words: Words, customer: Customer, by: Actor) -> Filed:
    """File what the customer wrote; `by` is noted as who filed it, the customer as who wrote it.

    The same external id by the same integration is filed once, however often and at how many places at once it is
    sent. A closed ticket gets a follow-up, as with a mail. Raises Denied, NotVisible or HelpdeskError: "empty",
    "already_filed" (the same id, other words), "customer_not_on_ticket"; then nothing was filed.
    """
    by.require(Permission.FILE_FOR_CUSTOMERS)
    if by.account_id is None:
        raise Denied("denied", _("Only agents and integrations file what others wrote."))
    said = _said(words, customer, by)
    if (before := earlier(words.external_id, by)) is not None:
        return _repeated(before, said)
    try:
        with transaction.atomic():
            change, outcome = _file(words, said, customer, by)
            if words.actions:
                perform(change.ticket_id, *words.actions, by=_placing(words, by), via="api", cause=change)
    except IntegrityError:
        # The same words came twice at this moment: the constraint let one win.
        before = earlier(words.external_id, by)
        if before is None:
            raise
        return _repeated(before, said)
    message_id: int = next(fact.data["message"] for fact in change.facts if fact.kind == "message_added")
    return Filed(change.ticket_id, message_id, outcome)


def _placing(words: Words, by: Actor) -> Actor:
    """Whoever opens a ticket in a team of others sees it while opening it, as when it is handed over; not after."""
    if words.ticket_id is not None or words.team_id is None:
        return by
    return replace(by, team_ids=by.team_ids | {words.team_id})


def _said(words: Words, customer: Customer, by: Actor) -> AddCustomerMessage:
    text = clean(words.text).strip()
    if len(text) > LONGEST_BODY:
        raise HelpdeskError("too_long", _("A message has at most 100,000 characters."), field="body")
    if not text and not words.files:
        raise HelpdeskError("empty", _("There are no words and no files to file."), field="body")
    return AddCustomerMessage(
        customer.pk,
        customer.display_name,
        text,
        from_address=_own(words.from_address, customer),
        attachments=tuple(words.files),
        thanks=is_plain_thanks(text, (customer.name,)),
        filed_by_id=by.account_id,
        filed_by_name=by.name,
        external_id=words.external_id,
    )


def _own(address: str, customer: Customer) -> str:
    """The address, if it is the customer's: replies are not to take a stranger's for one that was written to."""
    normalised = normalise_email(address)[:254] if address else ""
    rows = Address.objects.filter(customer=customer, kind=Address.Kind.EMAIL, normalised=normalised)
    return address if normalised and rows.exists() else ""


def _repeated(before: Message, said: AddCustomerMessage) -> Filed:
    # Its writer may have been merged into somebody else since.
    writer = follow(before.customer).pk if before.customer else None
    if before.redacted_at is None and (before.text != said.text or writer != said.customer_id):
        message = _("Other words, or those of somebody else, were filed under this id.")
        raise HelpdeskError("already_filed", message, field="external_message_id")
    return Filed(before.ticket_id, before.pk, REPEATED)


def _file(words: Words, said: AddCustomerMessage, customer: Customer, by: Actor) -> tuple[Change, str]:
    if words.ticket_id is None:
        return _open(words, said, customer), OPENED
    _expect_reach(words.ticket_id, by)
    # Where the conversation goes on today, if the ticket was merged.
    end = end_of(words.ticket_id)
    try:
        with transaction.atomic():
            change = _append(end, said, customer)
    except NotVisible:
        message = _("This customer neither asked here nor takes part.")
        raise HelpdeskError("customer_not_on_ticket", message, field="customer") from None
    except HelpdeskError as refusal:
        if refusal.code != "ticket_closed":
            raise
        change = _open(words, said, customer, subject=Ticket.objects.get(pk=end).subject)
        link_tickets(change.ticket_id, end, "follow_up", by=HOUSE, via="api", cause=change)
        return change, FOLLOW_UP
    if change is None:
        raise RuntimeError("A message was added and nothing changed.")
    return change, ADDED


def _append(ticket_id: int, said: AddCustomerMessage, customer: Customer) -> Change | None:
    by = Actor.customer(customer.pk, customer.display_name)
    try:
        return perform(ticket_id, said, by=by, via="api")
    except NotVisible:
        # It may still name whom the customer was before a merge.
        move_ticket_at_once(ticket_id, customer.pk, via="api")
        return perform(ticket_id, said, by=by, via="api")


def _open(words: Words, said: AddCustomerMessage, customer: Customer, subject: str = "") -> Change:
    _ticket, change = open_ticket(
        words.subject or subject,
        customer,
        said,
        by=Actor.customer(customer.pk, customer.display_name),
        via="api",
        channel="api",
        team_id=words.team_id,
        language=words.language or customer.language,
    )
    return change


def _expect_reach(ticket_id: int, by: Actor) -> None:
    """Raise NotVisible unless the integration sees the ticket, holds words on it, or has filed there before: routing
    may have given it to another team since, and a merge or split carried the words away. Rides message_in_ticket and
    change_in_ticket."""
    if Message.objects.filter(ticket_id=ticket_id, filed_by_id=by.account_id).exists():
        return
    said_here = Event.objects.of_ticket(ticket_id).filter(kind="message_added")
    if not said_here.filter(data__filed_by__id=by.account_id).exists():
        Ticket.objects.get_visible(ticket_id, by)
