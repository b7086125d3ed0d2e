"""Words as search sees them: cut from text, folded to plain letters, and brought back to their stems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from tickets.search.ukrainian import stem as ukrainian_stem

LONGEST_WORD = 64
SHORTEST_STEM = 3

_WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")
# Letters that Unicode does not take for a plain letter with a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ґ": "г"}
)
# The languages of our customers; one word is looked up in all of them, because neither short mails nor queries tell.
_STEMMERS = tuple(snowballstemmer.stemmer(name) for name in ("english", "danish", "norwegian", "german", "polish"))
# Polish softens the last consonant before some endings (zwrot, zwrocie), which the stemmer leaves as it is.
_SOFTENED = (("cie", "t"), ("dzie", "d"), ("rze", "r"), ("dze", "g"), ("ce", "k"))
# How people write letters that their keyboard lacks: Koebenhavn, Kuendigung.
_WRITTEN_OUT = (("oe", "o"), ("ue", "u"), ("ae", "a"))


class Found(NamedTuple):
    """A word of a text, and where it stands."""

    start: int
    end: int
    word: str


def words_in(text: str) -> Iterator[Found]:
    for match in _WORD.finditer(text):
        yield Found(match.start(), match.end(), match.group())


def composed(text: str) -> str:
    """The form in which words are cut: letters and their marks together."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case and plain letters: "Łódź" is "lodz", "København" "kobenhavn", "Århus" and "Aarhus" both "arhus"."""
    plain = unicodedata.normalize("NFKD", word[: 2 * LONGEST_WORD].casefold().translate(_PLAIN))
    plain = "".join(letter for letter in plain if letter.isalnum())
    return plain.replace("aa", "a")[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def stems(word: str) -> tuple[str, ...]:
    """The folded stems of a word in every language of the house, without the folded word itself.

    Each is computed from the word as it stands and from its plain letters, for those who type "haslo" for "hasło".
    """
    folded = fold(word)
    if len(folded) < SHORTEST_STEM or folded.isdigit():
        return ()
    lower = unicodedata.normalize("NFC", word[:LONGEST_WORD].casefold())
    forms = {lower.removesuffix("'s").removesuffix("’s").translate(_APOSTROPHES)}
    if "æ" not in lower:  # whose plain letters "ae" the German stemmer would take for "ä"
        forms.add(folded)
    found = {fold(stem) for form in forms for stem in _stems_of(form)}
    for written, letter in _WRITTEN_OUT:
        if written in lower:  # as typed: "æ" is no "ä" that somebody wrote out
            found.add(fold(lower.replace(written, letter)))
    found.discard(folded)
    return tuple(sorted(stem for stem in found if len(stem) >= SHORTEST_STEM))


def _stems_of(form: str) -> Iterator[str]:
    if any("\u0400" <= letter <= "\u04ff" for letter in form):
        yield ukrainian_stem(form)
        return
    yield form
    for stemmer in _STEMMERS:
        yield stemmer.stemWord(form)
    for ending, letter in _SOFTENED:
        if form.endswith(ending) and len(form) > len(ending) + 2:
            yield form.removesuffix(ending) + letter
