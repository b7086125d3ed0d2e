"""Writes a plan through the doors of the product, in the order in which it happened."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random

from django.db import transaction

from channels.models import TicketMailbox
from helpdesk.demo.feedback import Feedback
from helpdesk.demo.plan import House, Planned, Step
from helpdesk.demo.supervision import Desk
from tickets.actions import Action, SetStatus
from tickets.attachments import keep_upload
from tickets.linking import link_tickets
from tickets.models import Status
from tickets.opening import open_ticket
from tickets.perform import perform

BATCH = 800


def load(house: House, tickets: list[Planned], rng: Random, now: datetime, say: Callable[[str], None]) -> int:
    """Open every ticket and perform every step of it, with the clocks running beside; how many steps.

    One transaction for some hundreds of steps.
    """
    desk = Desk(house, rng)
    feedback = Feedback(house, desk, Random(rng.random()))
    steps = [(step.at, n, m) for n, ticket in enumerate(tickets) for m, step in enumerate(ticket.steps)]
    steps.sort()
    opened = 0
    gc.freeze()  # the plan stays as it is: looking through it for garbage again and again costs seconds
    for start in range(0, len(steps), BATCH):
        batch = [(tickets[n], m) for _at, n, m in steps[start : start + BATCH]]
        # Files are written before the transaction that names them, as at every other door.
        ready = [(ticket, m, _with_files(ticket.steps[m])) for ticket, m in batch]
        with transaction.atomic():
            fresh = [ticket for ticket, m, step in ready if _write(house, ticket, step, feedback, first=m == 0)]
            TicketMailbox.objects.bulk_create(
                TicketMailbox(ticket_id=ticket.pk, mailbox=house.mailboxes[ticket.team]) for ticket in fresh
            )
        opened += len(fresh)
        say(f"  {opened} of {len(tickets)} tickets opened, {start + len(ready)} of {len(steps)} steps told …")
    with transaction.atomic():
        feedback.catch_up(now)
    return len(steps)


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
