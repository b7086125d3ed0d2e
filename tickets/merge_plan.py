"""What a merge will do, worked out before it is done: the preview shows it, and the merge itself follows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from agents.models import Agent
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from tickets.models import (
    Attachment,
    Follower,
    Message,
    Participant,
    Status,
    Tag,
    Ticket,
    TicketLink,
    TimeEntry,
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the source who can be copied into the target; `expected` is what the form proposes."""

    customer: Customer
    is_requester: bool
    expected: bool


@dataclass(frozen=True, slots=True)
class MovedLink:
    """A link of the source, with the ends that its row will have; `other` is the ticket that it leads to."""

    row: TicketLink
    source_id: int
    target_id: int
    other: Ticket


@dataclass(frozen=True, slots=True)
class MergePlan:
    source: Ticket
    target: Ticket
    public: int
    notes: int
    attachments: int
    minutes: int
    people: list[Person] = field(default_factory=list)
    followers: list[Agent] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    links: list[MovedLink] = field(default_factory=list)
    status: str = ""
    """The state that the target takes, "" when it keeps its own."""

    @property
    def messages(self) -> int:
        return self.public + self.notes

    @property
    def requesters_differ(self) -> bool:
        return self.source.requester_id != self.target.requester_id

    @property
    def expected(self) -> frozenset[int]:
        """Keys of the people who are copied in unless somebody says otherwise."""
        return frozenset(person.customer.pk for person in self.people if person.expected)


def plan_merge(source: Ticket, target: Ticket) -> MergePlan:
    """Raises HelpdeskError ("merge_itself" | "merged" | "target_closed"); the caller has asked for permission."""
    if source.pk == target.pk:
        raise HelpdeskError("merge_itself", _("A ticket cannot be merged into itself."), field="number")
    source.expect_unmerged()
    target.expect_unmerged()
    if target.status == Status.CLOSED:
        words = _("#%(number)s is closed; merge into an open ticket.")
        raise HelpdeskError("target_closed", words % {"number": target.pk}, field="number")
    said = Message.objects.filter(ticket=source)
    return MergePlan(
        source=source,
        target=target,
        public=said.filter(public=True).count(),
        notes=said.filter(public=False).count(),
        attachments=Attachment.objects.filter(message__ticket=source).count(),
        minutes=TimeEntry.objects.total(source.pk),
        people=list(_people(source, target)),
        followers=_new_followers(source, target),
        tags=list(Tag.objects.filter(ticket_tags__ticket=source).exclude(ticket_tags__ticket=target)),
        links=list(_links(source, target)),
        status=_status_after(source, target),
    )


def _people(source: Ticket, target: Ticket) -> Iterator[Person]:
    """Who took part in the source and does not in the target. People of one house are expected to share."""
    present = set(Participant.objects.filter(ticket=target).values_list("customer_id", flat=True))
    present.add(target.requester_id)
    rows = Participant.objects.filter(ticket=source).select_related("customer").order_by("pk")
    same = source.requester_id == target.requester_id
    for customer in [source.requester, *(row.customer for row in rows)]:
        if customer.pk in present:
            continue
        present.add(customer.pk)
        shares = customer.organization_id is not None and customer.organization_id == target.organization_id
        yield Person(customer, customer.pk == source.requester_id, expected=same or shares)


def _new_followers(source: Ticket, target: Ticket) -> list[Agent]:
    present = Follower.objects.filter(ticket=target).values("agent_id")
    rows = Follower.objects.filter(ticket=source, agent__is_active=True).exclude(agent_id__in=present)
    return [row.agent for row in rows.select_related("agent").order_by("pk")]


def _links(source: Ticket, target: Ticket) -> Iterator[MovedLink]:
    """Links that can stand on the target: not to itself, not twice, no parent or original the other way round."""
    rows = TicketLink.objects.filter(Q(source=source) | Q(target=source)).select_related("source", "target")
    present = set(
        TicketLink.objects.filter(Q(source=target) | Q(target=target)).values_list("source_id", "target_id", "kind")
    )
    for row in rows.order_by("pk"):
        first, second = (target.pk if pk == source.pk else pk for pk in (row.source_id, row.target_id))
        taken = {(first, second, row.kind), (second, first, row.kind)}
        if first != second and not taken & present:
            present.add((first, second, row.kind))
            yield MovedLink(row, first, second, row.target if row.source_id == source.pk else row.source)


def _status_after(source: Ticket, target: Ticket) -> str:
    """Nothing that is still to be done may vanish into a ticket that rests."""
    if source.waits_on_us and target.status in {Status.PENDING, Status.ON_HOLD, Status.SOLVED}:
        return str(Status.OPEN)
    if source.is_open and target.status == Status.SOLVED:
        return str(Status.OPEN if source.status == Status.NEW else source.status)
    return ""


def expect_room(target: Ticket, joining: int) -> None:
    """Raise "too_many_participants" when so many more may not be in copy."""
    if joining and Participant.objects.filter(ticket=target).count() + joining > settings.MAX_PARTICIPANTS:
        raise HelpdeskError("too_many_participants", _("Too many people are in copy already."), field="copied")
