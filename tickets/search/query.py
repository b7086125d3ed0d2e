"""What somebody typed, as words that must be there and words that must not; anything at all can be typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from helpdesk.lib.text import clean
from tickets.search.words import composed, fold, stems, words_in

LONGEST_QUERY = 1_000
MOST_TERMS = 12
SHORTEST_PREFIX = 2

_QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
_PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))')


@dataclass(frozen=True)
class Term:
    """One word, or several that must follow each other.

    `loose`: other forms of the word will do as well. `prefix`: the last word may go on, it is still being typed.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...] = ()
    loose: bool = False
    prefix: bool = False

    def found_in(self, folded: str, its_stems: tuple[str, ...]) -> bool:
        """Is this word one that the term means? Of a phrase: any of its words."""
        if folded in self.words or folded in self.stems or (self.prefix and folded.startswith(self.words[-1])):
            return True
        return self.loose and any(stem in self.stems or stem == self.words[0] for stem in its_stems)

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1


@dataclass(frozen=True)
class Query:
    """Every one of `wanted` must be there and none of `unwanted`."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    @property
    def is_typed(self) -> bool:
        """Is the last word still being typed?"""
        return any(term.prefix for term in self.wanted)

    @property
    def whole_words(self) -> Query:
        """The same with the last word taken for a whole one."""
        return Query(tuple(replace(term, prefix=False) for term in self.wanted), self.unwanted)

    @cached_property
    def _known(self) -> dict[str, bool]:
        return {}

    def finds(self, word: str) -> bool:
        """Does a word of a text answer this query? Remembered, for texts repeat their words."""
        known = self._known.get(word)
        if known is None:
            folded, its_stems = fold(word), stems(word)
            known = any(term.found_in(folded, its_stems) for term in self.wanted)
            self._known[word] = known
        return known


def parse(text: str) -> Query:
    """Words, "exact words" in quotes, and -words; whatever else stands there parts them. Never raises.

    What holds several words without a space (a mail address, an order number) is looked for as these words in order.
    """
    text = composed(clean(text)[:LONGEST_QUERY]).translate(_QUOTES)
    pieces = list(_PIECE.finditer(text))
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for piece in pieces:
        quoted = piece["phrase"] is not None
        still_typed = piece is pieces[-1] and not quoted and not piece["minus"]
        term = _term(piece["phrase"] if quoted else piece["bare"], quoted, still_typed)
        if term is not None:
            (unwanted if piece["minus"] else wanted).append(term)
    return Query(tuple(dict.fromkeys(wanted))[:MOST_TERMS], tuple(dict.fromkeys(unwanted))[:MOST_TERMS])


def all_of(words: Iterable[str]) -> Query:
    """A query of these very words, each a phrase when it holds several."""
    return Query(tuple(term for word in list(words)[:MOST_TERMS] if (term := _term(word, True, False))))


def _term(text: str, quoted: bool, still_typed: bool) -> Term | None:
    found = [found.word for found in words_in(text)][:MOST_TERMS]
    folded = tuple(word for word in map(fold, found) if word)
    if not folded:
        return None
    prefix = still_typed and len(folded[-1]) >= SHORTEST_PREFIX
    loose = len(found) == 1 and not quoted
    return Term(folded, stems(found[0]) if loose else (), loose, prefix)
