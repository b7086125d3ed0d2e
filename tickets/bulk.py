"""One gesture on many tickets: written down as a job, then done ticket by ticket, here or by workers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db import IntegrityError, OperationalError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from agents.actors import Actor
from agents.permissions import Permission
from helpdesk.lib.claims import claim
from helpdesk.lib.errors import Denied, HelpdeskError
from tickets.actions import Action
from tickets.actions.stored import load
from tickets.bulk_words import said_on
from tickets.models import BulkItem, BulkJob, Change, Ticket
from tickets.perform import perform

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet

logger = structlog.get_logger(__name__)

AT_ONCE = 50
"""So many tickets are done while the asker waits, for SLICE_SECONDS at most; the rest, and larger jobs, by workers.
People are shown the progress of more than these; programs wait for twice as many."""
OF_PROGRAMS = 100
MOST = 10_000
SLICE_SECONDS = 5.0
# After so many tickets the asker's permissions are read anew.
FRESH_AFTER = 20
WORKERS = 2
KEEP = timedelta(days=30)
VIA, DO, UNDO = "bulk", "bulk-", "undo-"


def ask(
    tickets: TicketQuerySet,
    actions: Sequence[Action],
    actor: Actor,
    *,
    came_from: str = "",
    draft: bool = False,
    at_once: int | None = None,
    gesture: str | None = None,
) -> BulkJob:
    """Write down what shall happen to each of `tickets`, which must be those that the actor may see.

    A job of up to `at_once` tickets (None: AT_ONCE) is done when this returns, unless time ran out; a longer one is
    left to the workers. A `draft` waits for start(). The same `gesture` again is the job that it made, which goes on if
    it was broken off, whatever `tickets` are by now. Raises HelpdeskError "nothing_chosen" or "too_many", Denied when
    the role allows none of the actions.
    """
    if gesture and (made := BulkJob.objects.visible_to(actor).filter(gesture=gesture).first()):
        return _go_on(made, at_once)
    for action in actions:
        actor.require(action.permission)
    keys = list(tickets.order_by().values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise HelpdeskError("nothing_chosen", _("Choose tickets first."), field="ticket")
    if len(keys) > MOST:
        raise HelpdeskError("too_many", _("More than 10,000 tickets match: narrow the list."), field="ticket")
    job = BulkJob(agent_id=_asker(actor), steps=[action.dump() for action in actions], came_from=came_from[:2000])
    job.state, job.gesture = (BulkJob.State.DRAFT if draft else BulkJob.State.RUNNING), gesture
    try:
        return _write_down(job, [BulkItem(ticket=key) for key in sorted(set(keys))], at_once)
    except IntegrityError:  # two of the same gesture at once: the other one has won
        if gesture is None:
            raise
        return _go_on(BulkJob.objects.visible_to(actor).get(gesture=gesture), at_once)


def _go_on(job: BulkJob, at_once: int | None) -> BulkJob:
    if job.is_running:
        _go(job, at_once)
    return job


def ask_each(
    orders: Mapping[int, tuple[int, Sequence[Action]]], actor: Actor, *, known_as: dict[str, Any], came_from: str = ""
) -> BulkJob:
    """Write down a gesture that does to each ticket something of its own: by ticket, the version that was looked at and
    the actions. A ticket that has changed since is refused. `known_as` is what bulk_said tells of it.

    The tickets must be those that the actor may see. Raises as ask() does.
    """
    for action in (action for _version, actions in orders.values() for action in actions):
        actor.require(action.permission)
    if not orders:
        raise HelpdeskError("nothing_chosen", _("Choose tickets first."), field="ticket")
    items = [
        BulkItem(ticket=key, version=version, steps=[action.dump() for action in actions])
        for key, (version, actions) in sorted(orders.items())
    ]
    return _write_down(BulkJob(agent_id=_asker(actor), steps=[known_as], came_from=came_from[:2000]), items)


def _asker(actor: Actor) -> int:
    """The key of the agent or integration whose job it is. Raises Denied."""
    if actor.account_id is None:
        raise Denied("denied", _("Only agents and integrations ask for this."))
    return actor.account_id


def start(job: BulkJob, actions: Sequence[Action], actor: Actor) -> BulkJob:
    """Give a draft its words and let it run; a second press finds it running already."""
    for action in actions:
        actor.require(action.permission)
    mine = BulkJob.objects.visible_to(actor).filter(pk=job.pk, state="draft")
    if claim(mine, state="running", steps=[action.dump() for action in actions]):
        job.refresh_from_db()
        _go(job)
    return job


def undo(job: BulkJob, actor: Actor) -> BulkJob:
    """Put back what the job changed, where nobody has changed the ticket since. The second press returns the first."""
    from tickets.bulk_undo import inverse

    if (made := BulkJob.objects.filter(undoes=job).first()) is not None:
        return made
    items = []
    changed = [pk for pk in job.items.changed().values_list("change", flat=True) if pk]
    for change in Change.objects.filter(pk__in=changed).prefetch_related("events"):
        if steps := inverse(change):
            items.append(BulkItem(ticket=change.ticket_id, version=change.version, steps=[s.dump() for s in steps]))
    if not items:
        raise HelpdeskError("nothing_to_undo", _("There is nothing here that can be put back."))
    back = BulkJob(agent_id=_asker(actor), undoes=job, came_from=job.came_from)
    try:
        return _write_down(back, sorted(items, key=lambda item: item.ticket))
    except IntegrityError:  # two presses at once: the other one has won
        return BulkJob.objects.get(undoes=job)


def cancel(job: BulkJob, actor: Actor) -> None:
    """Stop it: what is done stays done, the rest is left as it is."""
    with transaction.atomic():
        BulkJob.objects.visible_to(actor).filter(pk=job.pk, state__in=("running", "draft")).update(
            state="cancelled", finished_at=now()
        )
        BulkItem.objects.filter(job=job, state="waiting").update(state="cancelled")


def _write_down(job: BulkJob, items: Sequence[BulkItem], at_once: int | None = None) -> BulkJob:
    job.total = len(items)
    with transaction.atomic():
        job.save()
        for item in items:
            item.job = job
        BulkItem.objects.bulk_create(items, batch_size=1000)
    if job.is_running:
        _go(job, at_once)
    return job


def _go(job: BulkJob, at_once: int | None = None) -> None:
    if job.total <= (AT_ONCE if at_once is None else at_once):
        run(job, time.monotonic() + SLICE_SECONDS)
        job.refresh_from_db()
    if job.is_running:
        transaction.on_commit(wake, robust=True)


# --- doing it ------------------------------------------------------------------------------------------------------


def wake(workers: int = WORKERS) -> None:
    """Tell the workers. The broker may be down: the rows stay, and the sweep finds them."""
    from tickets.tasks import call_bulk_workers

    try:
        call_bulk_workers(workers)
    except Exception as error:
        logger.warning("bulk_wake_failed", error=repr(error))


def run_waiting() -> int:
    """Do what waits, for SLICE_SECONDS at most, so that mail and everything else is not kept waiting; how many.

    Any number of workers at once is correct: each ticket is done by the one that locks its row, and what became of it
    commits with it. What a killed worker had begun is undone by the database and waits again.
    """
    until = time.monotonic() + SLICE_SECONDS
    done = 0
    for job in BulkJob.objects.running().select_related("agent"):
        done += run(job, until)
        if time.monotonic() > until:
            wake(1)  # in this one's place: two for each slice would be a thousand after ten
            break
    return done


def run(job: BulkJob, until: float | None = None) -> int:
    """Do the tickets of one job that no other worker is doing; how many."""
    done = 0
    with override(job.agent.language):
        while until is None or time.monotonic() < until:
            job.agent.refresh_from_db()
            actor = Actor.agent(job.agent)
            for _number in range(FRESH_AFTER):
                if not _next(job, actor):
                    claim(BulkJob.objects.over().filter(pk=job.pk), state="done", finished_at=now())
                    return done
                done += 1
    return done


def _next(job: BulkJob, actor: Actor) -> bool:
    """One ticket in one transaction, together with the mark that it is done."""
    with transaction.atomic():
        item = BulkItem.objects.select_for_update(skip_locked=True).waiting().filter(job=job).first()
        if item is None:
            return False
        item.job = job
        try:
            change = _perform(item, actor)
        except HelpdeskError as error:
            item.state, item.code, item.reason = BulkItem.State.REFUSED, error.code[:40], str(error)[:300]
        except OperationalError:  # a deadlock, a database that went away: the row waits, and the sweep comes back to it
            raise
        except Exception as error:  # one that nobody foresaw must not keep the others from being done
            logger.exception("bulk_item_failed", job=job.pk, ticket=item.ticket, error=repr(error))
            item.state, item.code, item.reason = BulkItem.State.REFUSED, "failed", _("Something went wrong.")
        else:
            item.state, item.change = BulkItem.State.DONE, change.pk if change else None
        item.save(update_fields=["state", "code", "reason", "change"])
    return True


def _perform(item: BulkItem, actor: Actor) -> Change | None:
    if not actor.permissions:
        raise HelpdeskError("deactivated", _("Whoever asked for it does not work here any more."))
    with transaction.atomic():
        ticket = Ticket.objects.select_related("requester", "organization", "team").get_visible(item.ticket, actor)
        actions = said_on(ticket, item.job.agent, [load(step) for step in item.actions()])
        name = _gesture(item.job, item.ticket)
        return perform(ticket.pk, *actions, by=actor, via=VIA, version=item.version, gesture=name)


def _gesture(job: BulkJob, ticket: int) -> str:
    """Jobs are forgotten, Changes are not: an undoing says by its name what it took back."""
    return f"{UNDO}{job.undoes_id}-{ticket}" if job.undoes_id else f"{DO}{job.pk}-{ticket}"


def taken_back(via: str, gesture: str | None) -> str | None:
    """The gesture that a Change of the same ticket took back; None when it is no undoing."""
    if via != VIA or gesture is None or not gesture.startswith(UNDO):
        return None
    return DO + gesture.removeprefix(UNDO)


def prune() -> int:
    """Forget jobs that are older than KEEP; how many rows went."""
    old = BulkJob.objects.made_before(now() - KEEP).values_list("pk", flat=True)[:100]
    removed = 0
    while batch := list(old.all()):
        removed += BulkJob.objects.filter(pk__in=batch).delete()[0]
    return removed


# --- who is chosen -------------------------------------------------------------------------------------------------


def chosen(keys: Iterable[int], actor: Actor) -> TicketQuerySet:
    """Those of the tickets that the actor may see: the others are to them as if they were not there (E05)."""
    actor.require(Permission.READ)
    return Ticket.objects.visible_to(actor).filter(pk__in=sorted(set(keys)))
