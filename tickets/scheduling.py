"""Sends replies at the moment that their author chose, as their author, unless the world has changed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.actors import Actor
from agents.permissions import Permission
from agents.room import expect_room
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from helpdesk.lib.text import clean
from tickets.actions import Action, AddReply, NoteHeldReply, SetStatus
from tickets.drafts import LONGEST, copy_of, own_uploads, put_first, writer
from tickets.ends import end_of
from tickets.models import Change, Draft, Message, ScheduledReply, Status, Ticket
from tickets.perform import perform

if TYPE_CHECKING:
    from tickets.models import Attachment

logger = structlog.get_logger(__name__)

HOUSE = Actor.system("scheduled-reply")
BATCH = 200
ATTEMPTS = 5
FURTHEST = timedelta(days=366)
MOST_WAITING = 200


def schedule_reply(
    ticket: Ticket,
    actor: Actor,
    *,
    body: str,
    send_at: datetime,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    status: str = "",
    uploads: Sequence[str] = (),
    gesture: str = "",
) -> ScheduledReply:
    """Plan a reply. Nothing about the ticket changes and nobody else sees it until it is sent.

    The same `gesture` again returns the row that it made. Raises Denied, or HelpdeskError "empty", "too_long",
    "ticket_closed", "bad_address", "bad_moment", "too_many_planned", "no_such_upload".
    """
    actor.require(Permission.REPLY)
    body, gesture = clean(body).strip(), clean(gesture)[:64]
    author = writer(actor)
    if made := _made_by(author, gesture):
        return made
    files = _checked(ticket, actor, body, send_at, (to, cc), uploads)
    newest = ticket.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        with transaction.atomic():
            full = _("Too many replies of yours are waiting already.")
            refusal = HelpdeskError("too_many_planned", full, field="send_at")
            try:
                expect_room(author, ScheduledReply.objects.unsent().filter(agent_id=author), MOST_WAITING, refusal)
            except HelpdeskError:
                # Two presses at once, of which the other one has made the last: here it is seen, behind its lock.
                if made := _made_by(author, gesture):
                    return made
                raise
            row = ScheduledReply.objects.create(
                ticket=ticket,
                agent_id=author,
                body=body,
                to=list(to),
                cc=list(cc),
                status=status if status in Status.values else "",
                send_at=send_at,
                after_message=newest,
                gesture=gesture or None,
            )
            row.attachments.set(files)
    except IntegrityError:  # two presses at once: the other one has won
        return ScheduledReply.objects.get(agent_id=author, gesture=gesture)
    return row


def _made_by(author: int, gesture: str) -> ScheduledReply | None:
    return ScheduledReply.objects.filter(agent_id=author, gesture=gesture).first() if gesture else None


def _checked(
    ticket: Ticket,
    actor: Actor,
    body: str,
    send_at: datetime,
    addresses: tuple[Sequence[str], Sequence[str]],
    uploads: Sequence[str],
) -> list[Attachment]:
    if not body and not uploads:
        raise HelpdeskError("empty", _("Write something before sending."), field="body")
    if len(body) > LONGEST:
        raise HelpdeskError("too_long", _("A message has at most 100,000 characters."), field="body")
    if ticket.status == Status.CLOSED:
        raise HelpdeskError("ticket_closed", _("This ticket is closed; open a follow-up to write."), field="body")
    if not now() < send_at < now() + FURTHEST:
        raise HelpdeskError("bad_moment", _("Choose a moment in the coming year."), field="send_at")
    for field, given in zip(("to", "cc"), addresses, strict=True):
        for address in given:
            _expect_address(address, field)
    files = own_uploads(actor, uploads)
    if len(files) != len(set(uploads)):
        raise HelpdeskError("no_such_upload", _("An attachment is gone; attach it again."), field="attachments")
    return files


def _expect_address(address: str, field: str) -> None:
    try:
        validate_email(address.strip().lower())
    except ValidationError:
        words = _("“%(address)s” is not a mail address.") % {"address": address[:100]}
        raise HelpdeskError("bad_address", words, field=field) from None


# --- at its time ---------------------------------------------------------------------------------------------------


def send_scheduled() -> int:
    """Send what is due; how many. Any number of sweeps at once is correct: each row is sent by the one that locks it,
    and its Change and its new state commit together."""
    done = 0
    for pk in ScheduledReply.objects.due().values_list("pk", flat=True)[:BATCH]:
        try:
            done += _send_or_hold(pk)
        except Exception:  # one that fails for a reason nobody foresaw must not keep the others from leaving
            logger.exception("scheduled_reply_failed", scheduled=pk)
            _count_attempt(pk)
    return done


def _send_or_hold(pk: int) -> bool:
    with transaction.atomic():
        waiting = ScheduledReply.objects.select_for_update(skip_locked=True, of=("self",)).due().filter(pk=pk)
        row = waiting.select_related("agent").first()
        if row is None:
            return False
        if (end := end_of(row.ticket_id)) != row.ticket_id:  # merged while it was on its way
            row.ticket_id = end
            row.save(update_fields=["ticket"])
        # Held before anything is looked at: what a customer writes at this moment is either seen here or comes after.
        if Ticket.objects.lock(end, HOUSE).is_merged:  # at this very moment; the next sweep finds where it stands
            return False
        reason = _obstacle(row)
        if not reason:
            try:
                _deliver(row, via="schedule")
            except HelpdeskError as error:
                reason = _code(error)
        if reason:
            hold(row, reason)
        return not reason


def _obstacle(row: ScheduledReply) -> str:
    if not row.agent.is_active:
        return "deactivated"
    if not Ticket.objects.visible_to(Actor.agent(row.agent)).filter(pk=row.ticket_id).exists():
        return "not_visible"
    wrote = Message.objects.filter(ticket_id=row.ticket_id, pk__gt=row.after_message, author_kind="customer")
    return "customer_wrote" if wrote.exists() else ""


def _code(error: HelpdeskError) -> str:
    if isinstance(error, NotVisible):
        return "not_visible"
    return "not_allowed" if isinstance(error, Denied) else error.code[:40]


def _deliver(row: ScheduledReply, *, via: str) -> Change | None:
    """Perform it as its author; its own gesture makes a second time return the first Change."""
    files = list(row.attachments.values_list("key", flat=True))
    moved: list[Action] = [SetStatus(row.status)] if row.status else []
    reply = AddReply(row.body, to=tuple(row.to), cc=tuple(row.cc), attachments=tuple(files))
    by = Actor.agent(row.agent)
    change = perform(row.ticket_id, *moved, reply, by=by, via=via, gesture=f"scheduled-{row.pk}")
    # The words live on in the message alone, so that redacting it leaves none behind.
    row.state, row.reason, row.body, row.to, row.cc = ScheduledReply.State.SENT, "", "", [], []
    row.save(update_fields=["state", "reason", "body", "to", "cc"])
    row.attachments.clear()
    return change


def hold(row: ScheduledReply, reason: str) -> None:
    """Keep it back, and leave a fact on the ticket so that its author (and whoever works there) learns of it."""
    row.state, row.reason = ScheduledReply.State.HELD, reason
    row.save(update_fields=["state", "reason"])
    note = NoteHeldReply(row.agent_id, row.agent.name, reason)
    perform(row.ticket_id, note, by=HOUSE, via="schedule")


def _count_attempt(pk: int) -> None:
    with transaction.atomic():
        row = ScheduledReply.objects.select_for_update(of=("self",)).due().filter(pk=pk).select_related("agent").first()
        if row is None:
            return
        row.attempts += 1
        row.save(update_fields=["attempts"])
        if row.attempts >= ATTEMPTS:
            hold(row, "failed")


# --- what its author does with it ----------------------------------------------------------------------------------


def _locked(ticket_id: int, pk: int, actor: Actor) -> ScheduledReply:
    mine = ScheduledReply.objects.visible_to(actor).filter(pk=pk, ticket_id=ticket_id)
    row = mine.select_for_update(of=("self",)).select_related("agent").first()
    if row is None:
        raise NotVisible("not_found", _("There is no such planned reply."))
    if row.state == ScheduledReply.State.SENT:
        raise HelpdeskError("sent_already", _("The reply has been sent already."))
    return row


def send_now(ticket_id: int, pk: int, actor: Actor) -> Change | None:
    """Its author has looked and wants it to leave. Raises what perform() raises; then it still waits."""
    with transaction.atomic():
        row = _locked(ticket_id, pk, actor)
        if row.agent_id != actor.id:
            raise Denied("denied", _("Only its author can send it. Take it into your composer instead."))
        return _deliver(row, via="web")


def edit_scheduled(ticket_id: int, pk: int, actor: Actor) -> Draft:
    """Back into the composer, words and files; it will not leave by itself any more."""
    with transaction.atomic():
        row = _locked(ticket_id, pk, actor)
        files = list(row.attachments.select_related("blob"))
        if row.agent_id != actor.id:
            files = [copy_of(file, actor) for file in files]
        draft = put_first(ticket_id, actor, body=row.body, to=", ".join(row.to), cc=", ".join(row.cc), files=files)
        row.delete()
    return draft


def drop_scheduled(ticket_id: int, pk: int, actor: Actor) -> None:
    with transaction.atomic():
        _locked(ticket_id, pk, actor).delete()
