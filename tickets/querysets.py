"""Named questions about tickets and what belongs to them; every door asks these, none writes its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import Exists, Func, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.lib.errors import NotVisible

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.listed import ListedTicket
    from tickets.models import Attachment, Message, Ticket  # noqa: F401  names inside QuerySet["…"]

OPEN_STATUSES = ("new", "open", "pending", "on_hold")
# Columns that another app keeps on the row, so that lists can sort and show by them.
PROJECTED = frozenset({"next_due_at", "sla_state", "escalated_at"})
DUE_SOON = timedelta(hours=4)
"""How near a due time must be for a ticket to be due soon; what is late already is so too."""
# With more teams than this, what an agent sees is no longer rare, and so many branches would cost more than they save.
MOST_BRANCHES = 8


class IsOneOf(Func):
    arity = 2
    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


class TicketQuerySet(models.QuerySet["Ticket"]):
    # Conditions of which each visible ticket meets at least one, each with an index in the order of activity_at.
    branches: tuple[Q, ...] = ()
    # The agent for whom the rows of a list say whether they are unread.
    reader_id: int | None = None

    def _clone(self) -> TicketQuerySet:
        clone: TicketQuerySet = super()._clone()  # type: ignore[misc]
        clone.branches = self.branches
        clone.reader_id = self.reader_id
        return clone

    # --- which ones may this actor see -------------------------------------------------------------------------

    def visible_to(self, actor: Actor) -> TicketQuerySet:
        """The one gate for every list, page, search, stream, export and attachment."""
        if actor.sees_all_tickets:
            return self
        if actor.kind == "customer":
            return self.filter(Q(requester_id=actor.id) | self._listed("Participant", customer_id=actor.id))
        if not actor.permissions:
            return self.none()
        others = (Q(team=None), Q(assignee_id=actor.id), self._listed("Follower", agent_id=actor.id))
        visible = self.filter(Q(team_id__in=actor.team_ids) | others[0] | others[1] | others[2])
        if len(actor.team_ids) <= MOST_BRANCHES and connection.vendor == "postgresql":
            visible.branches = (*(Q(team_id=team_id) for team_id in sorted(actor.team_ids)), *others)
        return visible

    def is_visible(self, pk: int, actor: Actor) -> bool:
        """May the actor see the ticket of this key?"""
        return self.visible_to(actor).filter(pk=pk).exists()

    @staticmethod
    def _listed(model: str, **conditions: Any) -> Q:
        """Tickets named by rows of another table, in a form that may stand beside OR without losing the indexes.

        PostgreSQL reads `id = ANY(ARRAY(…))` by the primary key and can join it with the other branches (BitmapOr),
        while EXISTS or IN beside OR would make it test every row of the house in turn.
        """
        from django.apps import apps

        rows = apps.get_model("tickets", model).objects.filter(**conditions).values("ticket_id")
        if connection.vendor == "postgresql":
            return Q(IsOneOf("pk", ArraySubquery(rows)))
        return Q(pk__in=rows)

    def first_rows(self, count: int) -> TicketQuerySet:
        """The first `count` in the present order by activity_at, found soon even where they are few and old.

        PostgreSQL takes what an actor sees to be spread evenly, and would walk a million newer tickets of other teams
        to reach 25 old ones. So each branch gives its own first rows from its own index, and the best of them stay.
        """
        if not self.branches:
            return self[:count]
        firsts = [self.filter(branch).values("pk")[:count] for branch in self.branches]
        found = self.filter(IsOneOf("pk", ArraySubquery(firsts[0].union(*firsts[1:], all=True))))
        return found[:count]

    def _bounded(self) -> TicketQuerySet:
        """So few at any size of the house that one walk over an index of them is quick; see first_rows()."""
        self.branches = ()
        return self

    @staticmethod
    def _joined(model: str, **conditions: Any) -> Exists:
        from django.apps import apps

        return Exists(apps.get_model("tickets", model).objects.filter(ticket_id=OuterRef("pk"), **conditions))

    # --- in which state ----------------------------------------------------------------------------------------

    def open(self) -> TicketQuerySet:
        """Still somebody's work. The literal states let PostgreSQL use the partial indexes."""
        return self.filter(status__in=OPEN_STATUSES)._bounded()

    def snoozed(self) -> TicketQuerySet:
        return self.filter(snoozed_until__isnull=False)

    def awake(self) -> TicketQuerySet:
        return self.filter(snoozed_until=None)

    def merged(self) -> TicketQuerySet:
        """Folded into another; rides ticket_merged."""
        return self.filter(merged_into__isnull=False)

    def waiting_on_us(self) -> TicketQuerySet:
        return self.open().filter(waiting_since__isnull=False)

    def ended(self) -> TicketQuerySet:
        return self.filter(status__in=("solved", "closed"))

    # What is promised. None of these asks the clocks: sla keeps their answer on the row (Ticket.next_due_at and so on).

    def due_by(self, moment: datetime) -> TicketQuerySet:
        """Open ones of which a promise falls due by then, or did already; rides ticket_open_due."""
        return self.open().filter(next_due_at__lte=moment)

    def overdue(self) -> TicketQuerySet:
        """A promise was not kept, and the ticket is still somebody's work."""
        return self.due_by(now())

    def due_soon(self) -> TicketQuerySet:
        """Due within DUE_SOON or late already: what is worked off first."""
        return self.due_by(now() + DUE_SOON)

    def paused(self) -> TicketQuerySet:
        """Every clock that goes on stands still."""
        return self.open().filter(sla_state="paused")

    def escalated(self) -> TicketQuerySet:
        """An escalation of it goes on; rides ticket_open_escalated."""
        return self.open().filter(escalated_at__isnull=False)

    def project(self, **columns: Any) -> int:
        """Write what another app keeps on the row (PROJECTED); for its subscribers only."""
        if foreign := columns.keys() - PROJECTED:
            raise RuntimeError(f"{sorted(foreign)[0]} is no projection; change a ticket with perform().")
        return self.update(**columns)

    def to_close(self, solved_before: Any) -> TicketQuerySet:
        """Rides ticket_to_close."""
        return self.filter(status="solved", solved_at__lte=solved_before).order_by("solved_at")

    def to_wake(self) -> TicketQuerySet:
        """Rides ticket_to_wake."""
        return self.filter(snoozed_until__lte=now()).order_by("snoozed_until")

    # --- whose -------------------------------------------------------------------------------------------------

    def assigned_to(self, agent_id: int | None) -> TicketQuerySet:
        return self.filter(assignee=agent_id)

    def in_team(self, team_id: int | None) -> TicketQuerySet:
        return self.filter(team=team_id)

    def of_customer(self, customer_id: int) -> TicketQuerySet:
        """Rides ticket_by_requester."""
        return self.filter(requester_id=customer_id)._bounded()

    def of_customers(self, customer_ids: list[int]) -> TicketQuerySet:
        """A person's, with those of rows merged into this person; rides ticket_by_requester."""
        return self.filter(requester_id__in=customer_ids)

    def of_organization(self, organization_id: int) -> TicketQuerySet:
        return self.filter(organization_id=organization_id)

    def copied_to(self, customer_id: int) -> TicketQuerySet:
        """With this person in copy; rides takes_part_once."""
        from django.apps import apps

        taking_part = apps.get_model("tickets", "Participant").objects.filter(customer_id=customer_id)
        return self.filter(pk__in=taking_part.values("ticket_id"))

    def tagged(self, name: str) -> TicketQuerySet:
        return self.filter(self._joined("TicketTag", tag__name=name.lower()))

    def linked_to(self, ticket_id: int) -> TicketQuerySet:
        return self.filter(Q(links_from__target_id=ticket_id) | Q(links_to__source_id=ticket_id)).distinct()

    def children_of(self, ticket_id: int) -> TicketQuerySet:
        """Rides the index on the source of links."""
        return self.filter(links_to__source_id=ticket_id, links_to__kind="parent")

    # --- how much of them --------------------------------------------------------------------------------------

    def for_list(self, reader: Actor | None = None) -> models.QuerySet[Ticket, ListedTicket]:
        """Exactly what a row of a list shows, as ListedTicket: one statement for names, tags and people, and with a
        reader for what this agent has not read."""
        from tickets.listed import ListedRows

        rows = self.all()
        rows.reader_id = reader.id if reader and reader.is_agent else None
        rows._iterable_class = ListedRows
        return cast("models.QuerySet[Ticket, ListedTicket]", rows)

    def for_detail(self) -> TicketQuerySet:
        """What the ticket page shows of the row itself; `has_…` say which of the rows that hang on it are worth asking
        for (tickets/views/loading.py)."""
        return self.select_related("requester", "organization", "assignee", "team").annotate(
            has_tags=self._joined("TicketTag"),
            has_participants=self._joined("Participant"),
            has_followers=self._joined("Follower"),
            has_links=self._linked(),
            has_carried=self._joined("Message", said_in__isnull=False),
        )

    @staticmethod
    def _linked() -> Exists:
        from django.apps import apps

        links = apps.get_model("tickets", "TicketLink").objects
        return Exists(links.filter(Q(source_id=OuterRef("pk")) | Q(target_id=OuterRef("pk"))))

    def get_visible(self, pk: int, actor: Actor) -> Ticket:
        """The ticket, or NotVisible, whether it does not exist or is not theirs to see."""
        try:
            return self.visible_to(actor).get(pk=pk)
        except self.model.DoesNotExist:
            raise NotVisible("not_found", _("There is no such ticket.")) from None

    def lock(self, pk: int, actor: Actor) -> Ticket:
        """The row, locked until the transaction ends, if the actor may see it; else NotVisible."""
        return self.select_for_update(of=("self",)).get_visible(pk, actor)

    def lock_each(self, pks: Iterable[int], actor: Actor) -> dict[int, Ticket]:
        """The rows by key, locked in the order of their keys; NotVisible when the actor may not see one of them."""
        wanted = set(pks)
        found = {
            row.pk: row
            for row in self.select_for_update(of=("self",)).visible_to(actor).filter(pk__in=wanted).order_by("pk")
        }
        if wanted - found.keys():
            raise NotVisible("not_found", _("There is no such ticket."))
        return found

    def count_up_to(self, limit: int) -> int:
        """A count that stops at `limit + 1`, so that its cost is bounded: show "500+" beyond."""
        return self.order_by().values("pk")[: limit + 1].count()


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor) -> MessageQuerySet:
        """Customers never receive notes or what was taken back; the ticket itself is gated before."""
        if actor.kind == "customer":
            from tickets.models import Ticket

            # Words that a merge carried here are for those who could read them where they were said.
            theirs = Q(said_in=None) | Q(said_in__ticket__in=Ticket.objects.visible_to(actor))
            return self.filter(theirs, public=True, withdrawn_at=None)
        return self

    def for_conversation(self) -> MessageQuerySet:
        """In the order in which they were written; `has_files` says whose attachments are worth asking for
        (timeline.with_files)."""
        from tickets.models import Attachment

        return self.annotate(has_files=Exists(Attachment.objects.filter(message_id=OuterRef("pk")))).order_by("pk")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, actor: Actor) -> AttachmentQuerySet:
        """Files of messages on tickets the actor may see, and one's own uploads that are not sent yet."""
        from tickets.models import Ticket

        sent = Q(message__ticket__in=Ticket.objects.visible_to(actor), message__redacted_at=None)
        if actor.kind == "customer":
            said_here = Q(message__said_in=None) | Q(message__said_in__ticket__in=Ticket.objects.visible_to(actor))
            return self.filter(sent, said_here, message__public=True, message__withdrawn_at=None)
        return self.filter(sent | Q(message=None, uploaded_by_id=actor.id))

    def unsent_of(self, agent_id: int | None) -> AttachmentQuerySet:
        return self.filter(message=None, uploaded_by_id=agent_id)

    def abandoned(self, before: Any) -> AttachmentQuerySet:
        """Uploads that no message took and nothing kept still needs; rides attachment_unsent."""
        return self.filter(message=None, drafts=None, scheduled=None, created_at__lt=before)
