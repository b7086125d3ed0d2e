"""What stands in the composer when a page is drawn: a draft, what was refused, a quotation; and what still waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agents.requests import AgentRequest
from helpdesk.lib.http import number_in
from helpdesk.lib.text import markdown
from tickets.drafts import own_uploads
from tickets.held_reasons import held_because
from tickets.models import Attachment, Draft, Message, ScheduledReply, Ticket
from tickets.reply_doubts import Doubt

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.forms import ReplyForm
    from tickets.timeline import Entry


@dataclass(frozen=True, slots=True)
class Written:
    """`crossed` are the messages that came while one wrote, `doubts` what is asked; `once_more` settles them."""

    body: str = ""
    kind: str = "reply"
    to: str = ""
    cc: str = ""
    files: Sequence[Attachment] = ()
    kept_at: datetime | None = None
    error: str = ""
    doubts: Sequence[Doubt] = ()
    crossed: Sequence[Entry] = ()
    wrote: str = ""
    once_more: str = ""
    preview: str = ""
    # The macro that goes with the words, as the form carries it ("3:5").
    macro: str = ""

    @property
    def macro_id(self) -> int | None:
        return number_in(self.macro.partition(":")[0])


def kept(actor: Actor, ticket: Ticket) -> Written:
    """One's draft here, else an empty composer with the people who read along."""
    draft = Draft.objects.of(actor).filter(ticket=ticket).first() if getattr(ticket, "has_draft", True) else None
    if draft is None:
        return Written(to=ticket.requester.email, cc=", ".join(in_copy(ticket)))
    files = list(draft.attachments.filter(message=None).select_related("blob").order_by("pk"))
    return Written(
        body=draft.body,
        kind=draft.kind,
        to=draft.to,
        cc=draft.cc,
        files=files,
        kept_at=draft.updated_at,
        macro=draft.macro,
    )


def in_copy(ticket: Ticket) -> list[str]:
    return [email for email in (p.customer.email for p in ticket.participants.all()) if email]


def sent_in(form: ReplyForm, actor: Actor, also: Sequence[str], **said: object) -> Written:
    """What a form carried, to be drawn again; `also` are files that came with the request."""
    given = form.data
    return Written(
        body=given.get("body", ""),
        kind="note" if given.get("kind") == "note" else "reply",
        to=given.get("to", ""),
        cc=given.get("cc", ""),
        macro=given.get("macro", "")[:40],
        files=own_uploads(actor, [*form.uploads(), *also]),
        **said,  # type: ignore[arg-type]
    )


def quoting(request: AgentRequest, ticket: Ticket) -> Written | None:
    """The draft with a message's words below it, for who comes by `?quote=`."""
    key = number_in(request.GET.get("quote"))
    if key is None:
        return None
    rows = Message.objects.visible_to(request.actor).filter(ticket=ticket, pk=key, redacted_at=None)
    message = rows.first()
    if message is None:
        return None
    begun = kept(request.actor, ticket)
    body = f"{begun.body.rstrip()}\n\n" if begun.body.strip() else ""
    return Written(body + quoted(message), begun.kind, begun.to, begun.cc, begun.files)


def quoted(message: Message) -> str:
    """A message's words as Markdown quotes them, below who wrote it."""
    lines = "\n".join(f"> {line}".rstrip() for line in message.text.strip().splitlines())
    return _("%(name)s wrote:") % {"name": message.author_name} + f"\n{lines}\n\n"


@dataclass(frozen=True, slots=True)
class Planned:
    """A reply that waits, with why it is held, for the page."""

    row: ScheduledReply
    files: Sequence[Attachment]
    mine: bool

    @property
    def html(self) -> SafeString:
        return mark_safe(markdown(self.row.body))  # noqa: S308 - the renderer has sanitised it

    @property
    def why(self) -> str:
        return held_because(self.row.reason)


def planned(request: AgentRequest, ticket: Ticket) -> list[Planned]:
    """One's replies here that are not sent yet, next one first; nothing is asked when there are none."""
    if not getattr(ticket, "has_planned", True):
        return []
    rows = ScheduledReply.objects.visible_to(request.actor).unsent().filter(ticket=ticket)
    rows = rows.select_related("agent").prefetch_related("attachments__blob").order_by("send_at", "pk")[:20]
    return [Planned(row, list(row.attachments.all()), row.agent_id == request.actor.id) for row in rows]
