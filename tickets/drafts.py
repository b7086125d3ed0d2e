"""Keeps what an agent is writing, so that it is found again after a crash, on another day, or at another machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.lib.errors import Denied, HelpdeskError
from helpdesk.lib.text import clean
from tickets.models import Attachment, Change, Draft, Message, ScheduledReply

if TYPE_CHECKING:
    from agents.actors import Actor

LONGEST = 100_000


def writer(actor: Actor) -> int:
    """The key of the agent who writes; nobody else has drafts. Raises Denied."""
    if actor.id is None or not actor.is_agent:
        raise Denied("denied", _("Only agents write drafts."))
    return actor.id


def keep_draft(
    ticket_id: int,
    actor: Actor,
    *,
    body: str,
    kind: str = "reply",
    to: str = "",
    cc: str = "",
    uploads: Sequence[str] = (),
    gesture: str = "",
    macro: str = "",
) -> Draft | None:
    """Keep the words as they stand; words and files gone, the draft goes too.

    The caller has checked that the actor sees the ticket. `gesture` names the composer that wrote: what it has sent
    or planned meanwhile is no draft any more, however late its last saving arrives. Raises HelpdeskError("too_long").
    """
    body = clean(body)
    if len(body) > LONGEST:
        raise HelpdeskError("too_long", _("A message has at most 100,000 characters."), field="body")
    if gesture and _is_done(actor, gesture):
        return None
    files = own_uploads(actor, uploads)
    if not body.strip() and not files:
        discard_draft(ticket_id, actor)
        return None
    words = {
        "body": body,
        "kind": "note" if kind == "note" else "reply",
        "to": clean(to)[:4000],
        "cc": clean(cc)[:8000],
        "macro": clean(macro)[:40],
        "updated_at": now(),
    }
    with transaction.atomic():
        draft, _made = Draft.objects.update_or_create(ticket_id=ticket_id, agent_id=writer(actor), defaults=words)
        draft.attachments.set(files)
    return draft


def _is_done(actor: Actor, gesture: str) -> bool:
    gesture = clean(gesture)[:64]
    planned = ScheduledReply.objects.filter(agent_id=writer(actor), gesture=gesture)
    return Change.objects.made_by(actor, gesture) is not None or planned.exists()


def own_uploads(actor: Actor, keys: Sequence[str]) -> list[Attachment]:
    """The actor's uploads of these keys that no message has taken; anything else is passed over (D07)."""
    possible = [clean(key) for key in keys if key][:100]
    if not possible:
        return []
    return list(Attachment.objects.unsent_of(actor.id).filter(key__in=possible).select_related("blob").order_by("pk"))


def discard_draft(ticket_id: int, actor: Actor) -> None:
    """Forget it: it was sent, planned or emptied. Its files are collected when nobody takes them."""
    Draft.objects.of(actor).filter(ticket_id=ticket_id).delete()


def forget_macro(ticket_id: int, actor: Actor) -> None:
    """The macro that went with the draft was applied without it."""
    Draft.objects.of(actor).filter(ticket_id=ticket_id).update(macro="")


def take_back(message: Message, actor: Actor) -> Draft:
    """What was withdrawn becomes the draft again, words and files; what was begun meanwhile stands below it."""
    files = [copy_of(file, actor) for file in message.attachments.select_related("blob")]
    return put_first(
        message.ticket_id, actor, body=message.text, to=", ".join(message.to), cc=", ".join(message.cc), files=files
    )


def copy_of(file: Attachment, actor: Actor) -> Attachment:
    """The same content once more, as an upload of the actor: a message keeps what it has taken."""
    return Attachment.objects.create(
        blob=file.blob, name=file.name, content_type=file.content_type, uploaded_by_id=actor.id
    )


def put_first(
    ticket_id: int, actor: Actor, *, body: str, to: str, cc: str, files: Sequence[Attachment], kind: str = "reply"
) -> Draft:
    """Words that come back into the composer stand before those that were begun meanwhile; no file is lost."""
    with transaction.atomic():
        draft, made = Draft.objects.select_for_update().get_or_create(
            ticket_id=ticket_id, agent_id=writer(actor), defaults={"body": ""}
        )
        begun = "" if made else draft.body.strip()
        draft.body = f"{body}\n\n{begun}" if begun else body
        draft.kind, draft.to, draft.cc, draft.updated_at = kind, to[:4000], cc[:8000], now()
        draft.save()
        draft.attachments.add(*files)
    return draft
