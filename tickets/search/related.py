"""Tickets that look like this one: they share at least two of the words that tell it from the others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tickets.models import Ticket
from tickets.search.engine import index
from tickets.search.query import Term
from tickets.search.words import composed, fold, stems, words_in

if TYPE_CHECKING:
    from agents.actors import Actor

MOST = 5
WORDS = 7
"""So many of the telling words are looked for; each pair of them is a question to the index."""
CANDIDATES = 60
SHORTEST_WORD = 4
READ = 2_000
TOO_COMMON, SOME = 0.02, 20
"""A word tells nothing when a larger share of the tickets has it; in a small house that many may have it anyway."""
MOST_COMMON = 0.25
_RAREST = 0.001
# A word that the statistics do not know stands in few tickets, perhaps in this one alone: worth less than a known one.
_UNKNOWN = 0.01
_SUBJECT_WEIGHT = 2.5


def related(ticket: Ticket, actor: Actor, most: int = MOST) -> list[int]:
    """Numbers of other tickets that the actor may see, the most alike first."""
    terms = telling_words(ticket)
    if len(terms) < 2:
        return []
    others = Ticket.objects.visible_to(actor).exclude(pk=ticket.pk)
    alike = index().alike(others, terms, internal=actor.is_agent)
    return sorted(alike, key=lambda pk: (-alike[pk], -pk))[:most]


def telling_words(ticket: Ticket) -> list[Term]:
    """The words of the subject and of the first message that fewest other tickets have."""
    first = ticket.messages.filter(public=True, redacted_at=None, withdrawn_at=None).order_by("pk")
    text = first.values_list("text", flat=True).first() or ""
    said: dict[str, float] = {}
    forms: dict[str, str] = {}
    for weight, part in ((_SUBJECT_WEIGHT, ticket.subject), (1.0, text[:READ])):
        for found in words_in(composed(part)):
            word = fold(found.word)
            if len(word) >= SHORTEST_WORD and not (word.isdigit() and len(word) < 5):
                forms.setdefault(word, found.word)
                said[word] = max(said.get(word, 0.0), weight)
    own = {fold(found.word) for found in words_in(composed(ticket.requester.name))}
    candidates = [word for word in said if word not in own][:CANDIDATES]
    shares, tickets = index().shares(candidates) if candidates else ({}, 0)
    bound = min(MOST_COMMON, max(TOO_COMMON, SOME / max(tickets, 1)))
    worth = {
        word: said[word] * math.log(1 / max(share, _RAREST))
        for word in candidates
        if (share := shares.get(word, _UNKNOWN)) <= bound
    }
    best = sorted(worth, key=lambda word: (-worth[word], word))[:WORDS]
    return [Term((word,), stems(forms[word]), loose=True) for word in best]
