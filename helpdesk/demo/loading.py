"""Writes a plan through the doors of the product, in the order in which it happened."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random

from django.db import transaction

from agents.models import Agent
from channels.models import TicketMailbox
from helpdesk.demo import progress
from helpdesk.demo.feedback import Feedback
from helpdesk.demo.plan import House, Planned, Step
from helpdesk.demo.supervision import Desk
from tickets.actions import Action, SetStatus
from tickets.attachments import keep_upload
from tickets.linking import link_tickets
from tickets.models import Change, Status
from tickets.opening import open_ticket
from tickets.perform import perform

BATCH, SMALL_BATCH = 800, 20
# Seconds left to others between two transactions: SQLite lets one write at a time, and does not queue them.
GAP, GAP_FOR_READERS = 0.01, 0.04
TELLS = 10  # times


def load(
    house: House,
    tickets: list[Planned],
    rng: Random,
    now: datetime,
    say: Callable[[str], None],
    *,
    beside_others: bool = False,
) -> int:
    """Open every ticket and perform every step of it, with the clocks running beside; how many steps.

    One transaction for some hundreds of steps; `beside_others`, for so few that whoever else writes hardly waits. A
    ticket on which somebody acts meanwhile is theirs from then on, and the rest of its story is left out.
    """
    desk = Desk(house, rng)
    strangers = Strangers(now)
    size = SMALL_BATCH if beside_others else BATCH
    told = 0
    feedback = Feedback(house, desk, Random(rng.random()))
    steps = [(step.at, n, m) for n, ticket in enumerate(tickets) for m, step in enumerate(ticket.steps)]
    steps.sort()
    opened = 0
    gc.freeze()  # the plan stays as it is: looking through it for garbage again and again costs seconds
    for start in range(0, len(steps), size):
        batch = [(tickets[n], m) for _at, n, m in steps[start : start + size]]
        # Files are written before the transaction that names them, as at every other door.
        ready = [(ticket, m, _with_files(ticket.steps[m])) for ticket, m in batch]
        with transaction.atomic():
            strangers.look()
            fresh = [
                ticket
                for ticket, m, step in ready
                if not strangers.have(ticket, step) and _write(house, ticket, step, feedback, first=m == 0)
            ]
            TicketMailbox.objects.bulk_create(
                TicketMailbox(ticket_id=ticket.pk, mailbox=house.mailboxes[ticket.team]) for ticket in fresh
            )
        opened += len(fresh)
        progress.note(opened, len(tickets))
        if (start + len(ready)) * TELLS // len(steps) > told:
            told = (start + len(ready)) * TELLS // len(steps)
            say(f"  {opened} of {len(tickets)} tickets opened, {start + len(ready)} of {len(steps)} steps told …")
        if beside_others:
            time.sleep(GAP_FOR_READERS if Agent.objects.filter(last_login__isnull=False).exists() else GAP)
    with transaction.atomic():
        feedback.catch_up(now)
    return len(steps)


class Strangers:
    """Whoever signed in while the story is told: which tickets are theirs, because they did something on them."""

    def __init__(self, now: datetime) -> None:
        self.now = now  # nothing of the story is younger
        self.seen = 0
        self.tickets: set[int] = set()

    def look(self) -> None:
        """At what came since the last time."""
        for pk, ticket, at in Change.objects.filter(pk__gt=self.seen).values_list("pk", "ticket", "created_at"):
            self.seen = max(self.seen, pk)
            if at > self.now:
                self.tickets.add(ticket)

    def have(self, ticket: Planned, step: Step) -> bool:
        return ticket.pk in self.tickets or (step.link_to is not None and step.link_to.pk in self.tickets)


def _with_files(step: Step) -> Step:
    """The step with its files uploaded and named by the message that carries them, which is its last action."""
    if not step.files:
        return step
    owner = step.by.id if step.by.is_agent else None
    keys = [
        keep_upload(file.data(), name=file.name, content_type=file.content_type, uploaded_by=owner).key
        for file in step.files
    ]
    *others, message = step.actions
    with_keys: Action = replace(message, attachments=keys)  # type: ignore[call-arg]
    return replace(step, actions=(*others, with_keys))


def _write(house: House, ticket: Planned, step: Step, feedback: Feedback, *, first: bool) -> bool:
    """One step; True when it opened the ticket."""
    feedback.catch_up(step.at)
    if first:
        made, _change = open_ticket(
            ticket.subject,
            ticket.caller.customer,
            *step.actions,
            by=step.by,
            via=step.via,
            channel=ticket.channel,
            team_id=house.teams[ticket.team].pk,
            language=ticket.caller.language,
            at=step.at,
        )
        ticket.pk = made.pk
    elif step.link_to is not None:
        link_tickets(ticket.pk, step.link_to.pk, step.kind, by=step.by, via=step.via, at=step.at)
    else:
        change = perform(ticket.pk, *step.actions, by=step.by, via=step.via, at=step.at)
        if change:
            feedback.heard(change)
        by = next((one for one in house.colleagues if one.pk == step.by.id), None) if step.by.is_agent else None
        if by and SetStatus(Status.SOLVED) in step.actions:
            feedback.desk.solved(ticket.pk, by, step.at)
    return first
