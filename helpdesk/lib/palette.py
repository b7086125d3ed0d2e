"""What the command palette is made of: each app offers entries of its own, limited and only what the reader may see."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import get_language, override

if TYPE_CHECKING:
    from agents.actors import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, by whom, and where: on which ticket, and whether its composer has the focus."""

    text: str
    actor: Actor
    ticket_id: int | None = None
    composing: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. It leads to `url`, or presses the key `use` of the page, or puts `insert` into the composer."""

    label: str
    detail: str = ""
    icon: str = "corner-down-right"
    url: str = ""
    use: str = ""
    insert: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str | Promise
    entries: list[Entry]

    def begins_with(self, text: str) -> bool:
        return bool(text) and any(folded(entry.label).startswith(folded(text)) for entry in self.entries)


Source = Callable[[Asked], list[Section]]


def folded(text: str) -> str:
    """Without case and accents, as people type in a hurry."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def spoken(label: str | Promise, text: str) -> bool:
    """Does every word of the text begin a word of the label, in the reader's language or in English?"""
    wanted = folded(text).split()
    names = [folded(str(label))]
    if get_language() != "en":
        with override("en"):
            names.append(folded(str(label)))
    return any(all(any(part.startswith(word) for part in name.split()) for word in wanted) for name in names)
