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
TOO_COMMON = 0.02
"""The share of tickets above which a word tells nothing, as long as enough others do."""
IN_EVERY_FOURTH = 0.25
_ENOUGH = 3
# What the statistics do not know is rare; how rare, nobody says, so such words are all worth the same.
_RARE = 0.001
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
    candidates = list(said)[:CANDIDATES]
    shares = index().shares(candidates) if candidates else {}
    telling = [word for word in candidates if shares.get(word, _RARE) <= TOO_COMMON]
    if len(telling) < _ENOUGH:
        telling = [word for word in candidates if shares.get(word, _RARE) <= IN_EVERY_FOURTH]
    worth = {word: said[word] * math.log(1 / max(shares.get(word, _RARE), _RARE)) for word in telling}
    best = sorted(telling, key=lambda word: (-worth[word], word))[:WORDS]
    return [Term((word,), stems(forms[word]), loose=True) for word in best]
