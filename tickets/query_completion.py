"""What could stand at a place of a query: keys, then the values of the key, as far as they are typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from agents.models import Agent, Team
from customers.folding import fold
from customers.models import Customer, Organization
from tickets.models import Tag
from tickets.query_keys import Key, by_word
from tickets.query_names import DatabaseNames
from tickets.query_text import LONGEST
from tickets.query_words import Word, quoted, words

MOST = 12
_AGES = ("4h", "1d", "7d", "30d")
_AGES_AHEAD = ("1h", "2h", "4h", "1d")


@dataclass(frozen=True, slots=True)
class Option:
    """`insert` takes the place of the text from `start` to `end`; `said` and `detail` are shown. After a value comes
    a space, after a key its value."""

    insert: str
    said: str
    detail: str
    start: int
    end: int


def completions(text: str, place: int, names: DatabaseNames) -> list[Option]:
    """At most MOST options for the word that the cursor stands in. Any text and any place are answered."""
    text = text[:LONGEST]
    place = min(max(place, 0), len(text))
    word = _word_at(text, place, by_word(names.keys))
    if word is not None and not word.readable:
        return []
    if word is None or not word.key:
        return list(_limited(_keys(word, place, names)))
    key = by_word(names.keys).get(word.key)
    return list(_limited(_values(key, word, place))) if key else []


def _word_at(text: str, place: int, known: Iterable[str]) -> Word | None:
    return next((word for word in words(text, list(known)) if word.start <= place <= word.end), None)


def _limited(options: Iterable[Option]) -> Iterator[Option]:
    seen: set[str] = set()
    for option in options:
        if len(seen) == MOST:
            return
        if option.insert not in seen:
            seen.add(option.insert)
            yield option


def _keys(word: Word | None, place: int, names: DatabaseNames) -> Iterator[Option]:
    """Keys that begin so, or are labelled so, then whole words whose value begins so ("pend" -> status:pending)."""
    start, end = (word.start, word.end) if word else (place, place)
    typed = word.text.lower() if word else ""
    sign = "-" if typed.startswith("-") else ""
    typed = typed.removeprefix("-")
    if typed.startswith('"'):
        return
    for key in names.keys:
        if key.word.startswith(typed) or (typed and str(key.label).lower().startswith(typed)):
            ending = "" if key.kind == "moment" else ":"
            yield Option(f"{sign}{key.word}{ending}", f"{sign}{key.word}{ending}", str(key.label), start, end)
    if len(typed) < 2:
        return
    for key in names.keys:
        for slug, label in (*key.choices, *key.specials):
            if slug.startswith(typed) or str(label).lower().startswith(typed):
                said = f"{sign}{key.word}:{quoted(slug)}"
                yield Option(f"{said} ", said, f"{key.label}: {label}", start, end)


def _values(key: Key, word: Word, place: int) -> Iterator[Option]:
    value = next((one for one in word.values if one.start <= place <= one.end), word.values[-1])
    typed = value.text.strip().lower()
    start, end = value.start, value.end
    if key.kind == "ranked" and not word.operator and not typed and len(word.values) == 1:
        yield Option(">=", ">=", str(key.label), start, end)
    if key.kind == "moment":
        for age in _AGES_AHEAD if key.ahead else _AGES:
            if age.startswith(typed) and word.operator:
                yield Option(f"{age} ", age, str(key.label), start, end)
        if not word.operator and not typed:
            for operator in ("<", ">") if key.ahead else (">", "<"):
                yield Option(operator, f"{key.word}{operator}", str(key.label), start, end)
    for said, label in (*key.specials, *key.choices):
        if said.lower().startswith(typed) or str(label).lower().startswith(typed):
            yield Option(f"{quoted(said)} ", said, str(label), start, end)
    for said, label in _rows(key, typed):
        yield Option(f"{quoted(said)} ", said, label, start, end)


def _rows(key: Key, typed: str) -> Iterator[tuple[str, str]]:
    """(how to write it, what it is) of rows that begin so: one question for each key, which stops at MOST rows."""
    if key.name == "team":
        yield from _named(Team.objects.active(), typed, "slug")
    elif key.name in ("assignee", "follower"):
        yield from _named(Agent.objects.active(), typed, "email")
    elif key.kind == "tag":
        for name in Tag.objects.filter(name__startswith=typed).order_by("name").values_list("name", flat=True)[:MOST]:
            yield name, ""
    elif key.name == "tier":
        for tier in Organization.objects.tiers()[: MOST * MOST]:
            if tier.casefold().startswith(typed):
                yield tier, ""
    elif key.name == "requester" and typed:
        for customer in Customer.objects.for_list().beginning_with(typed, MOST):
            yield customer.email or f"#{customer.pk}", customer.display_name
    elif key.name == "organization" and typed:
        found = list(Organization.objects.beginning_with(typed)[:MOST])
        names = Counter(fold(organization.name) for organization in found)
        for organization in found:
            alone = names[fold(organization.name)] == 1
            yield organization.name if alone else f"#{organization.pk}", organization.name


def _named(rows: QuerySet[Any], typed: str, unique: str) -> list[tuple[str, str]]:
    """By name or by what is unique of them, written by the latter, which stands for one row only."""
    found = rows.filter(Q(name__istartswith=typed) | Q(**{f"{unique}__istartswith": typed})).order_by("name")
    return list(found.values_list(unique, "name")[:MOST])
