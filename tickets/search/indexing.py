"""Keeps the index true: told of every Change inside its transaction, so that what is committed is found at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tickets import promise_words
from tickets.models import Attachment, Change
from tickets.search import documents
from tickets.search.documents import Words
from tickets.search.engine import index

if TYPE_CHECKING:
    from tickets.actions import Fact
    from tickets.models import Ticket

# Facts that change no word by which a ticket is found. Of any other unknown fact the whole ticket is read anew.
WORDLESS = frozenset(
    {
        "status_changed",
        "priority_changed",
        "assignee_changed",
        "team_changed",
        "type_changed",
        "language_changed",
        "follower_added",
        "follower_removed",
        "snoozed",
        "woken",
        "link_added",
        "link_removed",
        "reply_held",
        "breach_cause_set",
        "macro_applied",
        *promise_words.PHRASES,
        "time_added",
        "time_corrected",
        "delivery_failed",
        "delivery_bounced",
    }
)
# Facts that only add words.
_ADDING = frozenset({"message_added", "tag_added"})


def index_ticket(change: Change) -> None:
    """Subscriber. One statement when words came, none when the change says nothing that is searched; more when words
    went or altered, as all of the ticket is read anew."""
    facts = [fact for fact in change.facts if fact.kind not in WORDLESS]
    kinds = {fact.kind for fact in facts}
    if not facts:
        return
    if "opened" in kinds and kinds <= {*_ADDING, "opened"}:
        index().write([(change.ticket_id, _opened(change.ticket, facts))])
    elif kinds <= _ADDING:
        if not index().append(change.ticket_id, _added(change.ticket, facts)):
            index_tickets([change.ticket_id])
    else:
        index_tickets([change.ticket_id])


def index_together(changes: Sequence[Change]) -> None:
    """The same for many changes: what was opened is read and written at once."""
    opened = [change.ticket_id for change in changes if any(fact.kind == "opened" for fact in change.facts)]
    if opened:
        index_tickets(opened)
    for change in changes:
        if change.ticket_id not in opened:
            index_ticket(change)


index_ticket.together = index_together  # type: ignore[attr-defined]


def index_tickets(ticket_ids: Iterable[int]) -> None:
    """Read these tickets and write their words anew."""
    index().write(documents.read(ticket_ids))


def _opened(ticket: Ticket, facts: Sequence[Fact]) -> Words:
    """The words of a ticket that has just been opened: most of them are at hand."""
    words = _added(ticket, facts)
    words.subject = [str(ticket.pk), ticket.subject]
    requester = ticket.requester  # with addresses and organisation, when whoever found or answered them read those
    words.about.append(requester.name)
    words.about.extend(address.value for address in requester.addresses.all())
    same = ticket.organization_id == requester.organization_id
    if organization := requester.organization if same else ticket.organization:
        words.about.append(organization.name)
    words.noted.extend(documents.field_values(ticket.custom))
    return words


def _added(ticket: Ticket, facts: Sequence[Fact]) -> Words:
    words = Words(noted=[fact.data["tag"] for fact in facts if fact.kind == "tag_added"])
    said: dict[int, Any] = {fact.data["message"]: fact.data for fact in facts if fact.kind == "message_added"}
    if not said:
        return words
    with_files = [key for key, data in said.items() if data.get("attachments")]
    files = Attachment.objects.filter(message__in=with_files).values_list("message_id", "name") if with_files else ()
    known = ticket.just_written
    rows = [known[key] for key in said] if said.keys() <= known.keys() else ticket.messages.filter(pk__in=said)
    for row in rows:
        names = [name for message_id, name in files if message_id == row.pk]
        words.add_message(row.text, public=row.public, withdrawn=False, files=names)
    return words
