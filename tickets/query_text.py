"""The query language: `is:open team:billing created>7d "exact words"` <-> the parameters of TicketFilter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from tickets.query_keys import FIELD, Key, by_word
from tickets.query_moments import FLIPPED, read_bound, split
from tickets.query_words import OPERATORS, Value, Word, quoted, words

LONGEST = 2_000
MOST_WORDS = 60
LONGEST_TEXT = 100
NOT = "not_"
"""How the parameter begins that takes away what the same parameter without it would find."""
FREE = "q"
"""The parameter of free words and phrases, as tickets.finding reads them."""

Parameters = dict[str, list[str]]


class Names(Protocol):
    """Who knows the rows that a query names, and the custom fields."""

    @property
    def keys(self) -> Sequence[Key]: ...

    def key_of(self, name: str, said: str) -> str | None:
        """The key (as text) of the one row that is meant; None where none or several could be."""

    def said_of(self, name: str, key: str) -> str | None:
        """A name of that row by which key_of() finds it again; None where it has none, then "#key" is written."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What cannot be read, where it stands (characters of the text), and why."""

    start: int
    end: int
    word: str
    message: str


@dataclass(slots=True)
class Query:
    text: str
    parameters: Parameters = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def marked(self) -> list[tuple[str, str]]:
        """The text in pieces, each with the message of its mistake ("" where there is none)."""
        pieces, place = [], 0
        for mistake in sorted(self.mistakes, key=lambda one: one.start):
            if mistake.start >= place:
                pieces.append((self.text[place : mistake.start], ""))
                pieces.append((self.text[mistake.start : mistake.end], mistake.message))
                place = mistake.end
        return [(piece, message) for piece, message in (*pieces, (self.text[place:], "")) if piece]


class _Refused(Exception):
    """Why a word cannot be read, and which value of it if not the whole."""

    def __init__(self, message: str, value: Value | None = None) -> None:
        super().__init__(message)
        self.message, self.value = message, value


def parse(text: str, names: Names) -> Query:
    """Read a text. Never raises: what cannot be read is left out of the parameters and told as a mistake."""
    query = Query(text)
    if len(text) > LONGEST:
        message = _("A query has at most 2,000 characters; the rest was not read.")
        query.mistakes.append(Mistake(LONGEST, len(text), text[LONGEST : LONGEST + 40], message))
    known = by_word(names.keys)
    free: list[str] = []
    for number, word in enumerate(words(text[:LONGEST], known)):
        if number == MOST_WORDS:
            query.mistakes.append(Mistake(word.start, len(text), word.text[:40], _("A query has at most 60 words.")))
            break
        try:
            _check(word)
            if word.key:
                _read(word, known, names, query.parameters)
            elif word.text.strip('-"'):
                free.append(word.text)
        except _Refused as refused:
            start, end = (refused.value.start, refused.value.end) if refused.value else (word.start, word.end)
            query.mistakes.append(Mistake(start, max(end, start), word.text[:80], refused.message))
    if free:
        query.parameters[FREE] = [" ".join(free)]
    return query


def to_text(parameters: Mapping[str, Iterable[str]], names: Names) -> str:
    """The text of such parameters. Unknown ones are left out; wrong values, and fields that are gone, are kept, so that
    they can be shown as mistakes."""
    known = {sign + key.name: (key, "-" if sign else "") for key in names.keys for sign in ("", NOT)}
    said = []
    for name, given in parameters.items():
        if name == FREE:
            said += [value for value in given if value]
        elif name in known:
            said += _terms(*known[name], given, names)
        elif name.removeprefix(NOT).startswith(FIELD):
            sign, word = ("-" if name.startswith(NOT) else ""), name.removeprefix(NOT)
            said += [f"{sign}{word}:{quoted(value)}" for value in given if value]
    return " ".join(said)


def _terms(key: Key, sign: str, given: Iterable[str], names: Names) -> list[str]:
    """The words that one parameter becomes: comparisons apart, other values joined where any one is enough."""
    values = list(dict.fromkeys(single(key, given)))
    terms = [sign + _compared(key, value) for value in values if key.compares and value.startswith(OPERATORS)]
    plain = [value for value in values if not (key.compares and value.startswith(OPERATORS))]
    shown = [quoted(_shown(key, value, names)) for value in plain]
    if key.joins == "all":
        return terms + [f"{sign}{key.word}:{value}" for value in shown]
    return [*terms, f"{sign}{key.word}:{','.join(shown)}"] if shown else terms


def single(key: Key, values: Iterable[str]) -> list[str]:
    """The values one by one: in an address several may stand in one parameter, joined by commas."""
    if key.kind == "field":
        return [value for value in values if value]
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _compared(key: Key, bound: str) -> str:
    operator, value = split(bound)
    return f"{key.word}{':' if key.kind == 'ranked' else ''}{operator}{quoted(value)}"


def merged(*sets: Mapping[str, Iterable[str]]) -> Parameters:
    """All of several sets of parameters, each value once; free words one after the other."""
    found: Parameters = {}
    for one in sets:
        for name, values in one.items():
            there = found.setdefault(name, [])
            there.extend(value for value in values if value not in there)
    if len(found.get(FREE, ())) > 1:
        found[FREE] = [" ".join(found[FREE])]
    return found


def _check(word: Word) -> None:
    if not word.readable:
        raise _Refused(_("This has a character that cannot be searched for."))
    if not word.closed:
        raise _Refused(_("The quotation mark is not closed."))


def _read(word: Word, known: Mapping[str, Key], names: Names, into: Parameters) -> None:
    key = known.get(word.key)
    if key is None:
        raise _Refused(
            _("There is no filter “%(key)s”. In quotes it is searched for as it stands.") % {"key": word.key}
        )
    if word.operator and not key.compares:
        raise _Refused(_("“%(key)s” takes no < or >.") % {"key": key.word})
    if not any(value.text.strip() for value in word.values):
        raise _Refused(_("Say what “%(key)s” should be.") % {"key": key.word})
    if word.operator and len(word.values) > 1:
        raise _Refused(_("After < or > only one value can stand."), word.values[1])
    operator, negated = word.operator, word.negated
    if negated and operator:
        operator, negated = FLIPPED[operator], False
    if negated and not key.negatable:
        raise _Refused(_("“%(key)s” cannot be turned round; use < or >.") % {"key": key.word})
    read = [_value(key, operator, value, names) for value in word.values if value.text]
    there = into.setdefault((NOT if negated else "") + key.name, [])
    there.extend(value for value in read if value not in there)


def _value(key: Key, operator: str, value: Value, names: Names) -> str:
    return _READERS[key.kind](key, operator, value, names)


def _choice(key: Key, operator: str, value: Value, names: Names) -> str:
    said = _folded(value.text)
    for slug, label in key.choices:
        if said in (slug, _folded(str(label))):
            return slug
    known = ", ".join(slug for slug, _label in key.choices)
    message = _("“%(key)s” has no “%(value)s”; it is one of: %(known)s.")
    raise _Refused(message % {"key": key.word, "value": value.text[:40], "known": known}, value)


def _ranked(key: Key, operator: str, value: Value, names: Names) -> str:
    return operator + _choice(key, operator, value, names)


def _named(key: Key, operator: str, value: Value, names: Names) -> str:
    said = value.text.strip()
    if said.casefold() in dict(key.specials):
        return said.casefold()
    if match := re.fullmatch(r"#([0-9]{1,18})", said):
        return match.group(1)
    if (found := names.key_of(key.name, said)) is not None:
        return found
    message = _("“%(key)s”: nothing, or more than one, is called “%(value)s”.")
    raise _Refused(message % {"key": key.word, "value": said[:60]}, value)


def _tag(key: Key, operator: str, value: Value, names: Names) -> str:
    tag = "-".join(value.text.lower().split()).strip("-")
    if not re.fullmatch(r"[\w:./+&'-]{1,50}", tag):
        raise _Refused(_("A tag has letters, digits and hyphens, at most 50."), value)
    return tag


def _text(key: Key, operator: str, value: Value, names: Names) -> str:
    said = value.text.strip()
    return said.casefold() if said.casefold() in dict(key.specials) else said[:LONGEST_TEXT]


def _moment(key: Key, operator: str, value: Value, names: Names) -> str:
    if (bound := read_bound(operator + value.text)) is not None:
        return bound
    if key.ahead:
        message = _("Write %(key)s<2h (within two hours), %(key)s>1d (later than in a day) or %(key)s<2026-01-31.")
    else:
        message = _("Write %(key)s>7d (longer ago), %(key)s<4h (since then) or %(key)s>=2026-01-31.")
    raise _Refused(message % {"key": key.word}, value)


def _field(key: Key, operator: str, value: Value, names: Names) -> str:
    said = value.text.strip()
    for slug, label in key.choices:
        if said.casefold() in (slug.casefold(), str(label).casefold()):
            return slug
    if key.choices or key.definition is None:
        return _choice(key, operator, value, names)
    try:
        return str(key.definition.parse(said))
    except HelpdeskError as error:
        raise _Refused(str(error), value) from None


_READERS: dict[str, Callable[[Key, str, Value, Names], str]] = {
    "choice": _choice,
    "ranked": _ranked,
    "named": _named,
    "tag": _tag,
    "text": _text,
    "moment": _moment,
    "field": _field,
}


def _shown(key: Key, value: str, names: Names) -> str:
    if key.kind != "named" or value in dict(key.specials) or not re.fullmatch(r"[0-9]{1,18}", value):
        return value
    said = names.said_of(key.name, value)
    return f"#{value}" if said is None or said.casefold() in dict(key.specials) else said


def _folded(said: str) -> str:
    return re.sub(r"[\s-]+", "_", said.strip().casefold())
