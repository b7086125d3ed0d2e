"""Cuts a query into words and says where each stands, so that a mistake can be shown at its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

OPERATORS = (">=", "<=", ">", "<")
_KEY = re.compile(r"([^\W\d][\w-]{0,60})(:|(?=[<>]))(>=|<=|>|<|)")
# What opens a phrase, and what closes it: keyboards of some languages type other quotes than the straight ones.
QUOTES = {'"': '"', **dict.fromkeys("“”„«»", '“”«»"')}
_ENDS_BARE = re.compile(r"[\s,]")
_SPACE = re.compile(r"\s")
_NOT_SPACE = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    start: int
    end: int
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Word:
    """`key:operator values`, or with no key a free word or phrase, whose `text` is as typed, but in straight quotes."""

    text: str
    start: int
    end: int
    negated: bool = False
    key: str = ""
    operator: str = ""
    values: tuple[Value, ...] = ()
    closed: bool = True

    @property
    def readable(self) -> bool:
        """Free of what no database or page can hold: NUL and other control characters, halves of characters."""
        return not any(unicodedata.category(char) in ("Cc", "Cs") for char in self.text if not char.isspace())


def words(text: str, known: Collection[str]) -> Iterator[Word]:
    """Each word of `text`, in order. Any text at all can be cut, in time that grows with its length.

    What looks like `this:that` is a key whether `known` or not; `this>that` only if known, else it is a free word.
    """
    place = 0
    while (match := _NOT_SPACE.search(text, place)) is not None:
        word = _word(text, match.start(), known)
        yield word
        place = word.end


def _word(text: str, start: int, known: Collection[str]) -> Word:
    negated = text[start] == "-" and _NOT_SPACE.match(text, start + 1) is not None
    begin = start + negated
    match = _KEY.match(text, begin)
    if match and (match.group(2) or match.group(1).lower() in known):
        values, end = _values(text, match.end())
        key, operator = match.group(1).lower(), match.group(3)
        closed = all(value.closed for value in values)
        return Word(text[start:end], start, end, negated, key, operator, values, closed)
    if text[begin] in QUOTES:
        close = _close(text, begin)
        end = len(text) if close < 0 else close + 1
        said = f'{text[start:begin]}"{text[begin + 1 : close if close >= 0 else end]}' + '"' * (close >= 0)
        return Word(said, start, end, negated, closed=close >= 0)
    space = _SPACE.search(text, begin)
    end = space.start() if space else len(text)
    return Word(text[start:end], start, end, negated)


def _close(text: str, opening: int) -> int:
    """Where the quote that stands at `opening` is closed, or -1."""
    ends = (text.find(quote, opening + 1) for quote in QUOTES[text[opening]])
    return min((end for end in ends if end >= 0), default=-1)


def _values(text: str, place: int) -> tuple[tuple[Value, ...], int]:
    """The values from `place` on, joined by commas, and where they end."""
    found = []
    while True:
        value = _quoted(text, place) if text[place : place + 1] in QUOTES else _bare(text, place)
        found.append(value)
        place = value.end
        if not text.startswith(",", place):
            return tuple(found), place
        place += 1


def _bare(text: str, start: int) -> Value:
    stop = _ENDS_BARE.search(text, start)
    end = stop.start() if stop else len(text)
    return Value(text[start:end], start, end)


def _quoted(text: str, start: int) -> Value:
    """Between quotes, where a backslash keeps the next character as it is."""
    said, place, closing = [], start + 1, QUOTES[text[start]]
    while place < len(text):
        char = text[place]
        if char == "\\" and place + 1 < len(text):
            said.append(text[place + 1])
            place += 2
        elif char in closing:
            # What sticks to the closing quote belongs to the value.
            rest = _bare(text, place + 1)
            return Value("".join(said) + rest.text, start, rest.end)
        else:
            said.append(char)
            place += 1
    return Value("".join(said), start, len(text), closed=False)


def quoted(value: str) -> str:
    """A value as it must be written after a key to be read as itself."""
    plain = value and not re.search(r"[\s,\"\\“”„«»]", value) and not value.startswith(OPERATORS)
    return value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
