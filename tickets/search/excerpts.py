"""Shows why a ticket was found: the words that answered, marked, in the passage where most of them stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models.functions import Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tickets.models import Attachment, Message
from tickets.search.query import Query
from tickets.search.words import Found, composed, fold, words_in

if TYPE_CHECKING:
    from agents.actors import Actor

LENGTH = 240
BEFORE = 60
"""Characters that lead to the first marked word."""
LOOKED_AT = 6_000
MOST_MESSAGES = 500
MOST_FILES = 3


@dataclass(frozen=True)
class Passage:
    """A piece of a message, as safe HTML with its marks; `files` are names that answered, marked too."""

    html: SafeString | str = ""
    message_id: int | None = None
    author: str = ""
    public: bool = True
    at: datetime | None = None
    files: tuple[SafeString, ...] = ()


def marked(text: str, query: Query) -> SafeString:
    """The text as safe HTML with the words that answer the query marked."""
    return _marked(composed(text), query)


def _marked(text: str, query: Query) -> SafeString:
    pieces, end = [], 0
    for found in words_in(text):
        if query.finds(found.word):
            pieces += [escape(text[end : found.start]), f"<mark>{escape(found.word)}</mark>"]
            end = found.end
    return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308 - every piece is escaped


def passages(ticket_ids: Iterable[int], query: Query, actor: Actor) -> dict[int, Passage]:
    """For each ticket the best passage of what this actor may read of it; tickets without one are left out.

    The tickets must be ones that the actor sees. Two statements, bounded however long the conversations are.
    """
    ids = list(ticket_ids)
    files = _files(ids, query, actor)
    messages = Message.objects.visible_to(actor).filter(ticket__in=ids, redacted_at=None).order_by("-pk")
    best: dict[int, tuple[int, Passage]] = {}
    for pk, ticket_id, text, author, public, at in messages.values_list(
        "pk", "ticket_id", Left("text", LOOKED_AT), "author_name", "public", "created_at"
    )[:MOST_MESSAGES]:
        text = composed(text)
        hits = [found for found in words_in(text) if query.finds(found.word)]
        start, count = _densest(hits)
        if count > best.get(ticket_id, (0, None))[0]:
            html = _cut(text, start, query)
            best[ticket_id] = (count, Passage(html, pk, author, public, at, files.pop(ticket_id, ())))
    return {ticket_id: passage for ticket_id, (_count, passage) in best.items()} | {
        ticket_id: Passage(files=names) for ticket_id, names in files.items() if ticket_id not in best
    }


def _files(ticket_ids: list[int], query: Query, actor: Actor) -> dict[int, tuple[SafeString, ...]]:
    readable = Message.objects.visible_to(actor).filter(ticket__in=ticket_ids, redacted_at=None)
    rows = Attachment.objects.filter(message__in=readable).values_list("message__ticket_id", "name")
    found: dict[int, list[SafeString]] = defaultdict(list)
    for ticket_id, name in rows.order_by("-pk")[:MOST_MESSAGES]:
        if len(found[ticket_id]) < MOST_FILES and any(query.finds(word.word) for word in words_in(composed(name))):
            found[ticket_id].append(marked(name, query))
    return {ticket_id: tuple(names) for ticket_id, names in found.items() if names}


def _densest(hits: list[Found]) -> tuple[int, int]:
    """Where the passage with the most different words begins, and how many they are."""
    start, most = 0, 0
    for number, first in enumerate(hits[:200]):
        near = {fold(hit.word) for hit in hits[number : number + 20] if hit.end - first.start <= LENGTH - BEFORE}
        if len(near) > most:
            start, most = first.start, len(near)
    return start, most


def _cut(text: str, at: int, query: Query) -> SafeString:
    """LENGTH characters around `at`, cut between words, on one line."""
    begin = max(at - BEFORE, 0)
    if begin:
        space = text.find(" ", begin, at)
        begin = space + 1 if space >= 0 else begin
    end = min(begin + LENGTH, len(text))
    if end < len(text):
        space = text.rfind(" ", at, end)
        end = space if space > at else end
    piece = " ".join(text[begin:end].split())
    return mark_safe(f"{'… ' if begin else ''}{_marked(piece, query)}{' …' if end < len(text) else ''}")  # noqa: S308
