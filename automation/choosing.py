"""Whose ticket it becomes: pure rules over what is known of a team's members, so that pages can ask the same."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from automation.models import Mode

NOBODY: frozenset[int] = frozenset()


class Obstacle(StrEnum):
    """Why a member is not given a ticket; in the order in which it is told."""

    OFFLINE = "offline"
    AWAY = "away"
    CLOSED = "outside_hours"
    FULL = "full"
    LANGUAGE = "language"
    TAG = "tag"
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a ticket asks of whoever gets it."""

    language: str = ""
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who may answer customers, as they are now. `turn`: the number of their last one, 0 for none."""

    agent_id: int
    name: str
    availability: str
    open_now: bool
    load: int
    capacity: int | None
    turn: int = 0
    languages: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    @property
    def hindered_by(self) -> Obstacle | None:
        """What keeps every ticket from them."""
        if self.availability != "online":
            return Obstacle.AWAY if self.availability == "away" else Obstacle.OFFLINE
        if not self.open_now:
            return Obstacle.CLOSED
        if self.capacity is not None and self.load >= self.capacity:
            return Obstacle.FULL
        return None

    def unfit_for(self, needs: Needs) -> Obstacle | None:
        """What keeps a ticket with these needs from them."""
        if needs.language and needs.language not in self.languages:
            return Obstacle.LANGUAGE
        return None if needs.tags <= self.tags else Obstacle.TAG


@dataclass(frozen=True)
class Pool:
    """The members of one team who count, and how the team chooses among them."""

    mode: str
    candidates: tuple[Candidate, ...]

    @cached_property
    def with_room(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if candidate.hindered_by is None]

    @cached_property
    def languages(self) -> frozenset[str]:
        return frozenset().union(*(candidate.languages for candidate in self.candidates))

    @cached_property
    def tags(self) -> frozenset[str]:
        return frozenset().union(*(candidate.tags for candidate in self.candidates))

    def needs_of(self, language: str, tags: Set[str]) -> Needs:
        """A language or tag counts only where it is some member's skill: what nobody can, nobody is waited for."""
        spoken = main_language(language)
        return Needs(spoken if spoken in self.languages else "", frozenset(tags) & self.tags)

    def choose(self, needs: Needs, *, let_go: frozenset[int] = NOBODY) -> Candidate | None:
        """Who gets it, if anybody has room. `let_go`: from whom it was taken, and who do not get it straight back."""
        able = [c for c in self.with_room if c.unfit_for(needs) is None and c.agent_id not in let_go]
        if not able:
            return None
        if self.mode == Mode.LEAST_LOADED:
            return min(able, key=lambda c: (c.load, c.turn, c.agent_id))
        return min(able, key=lambda c: (c.turn, c.agent_id))

    def given_to(self, chosen: Candidate, turn: int) -> Pool:
        """The same a ticket later."""
        after = replace(chosen, load=chosen.load + 1, turn=turn)
        return Pool(self.mode, tuple(after if c.agent_id == chosen.agent_id else c for c in self.candidates))


# Both ways of writing Norwegian, and what mails call it, are read by whoever reads one.
_SAME = {"nb": "no", "nn": "no"}


def main_language(tag: str) -> str:
    """ "pt-br" is answered by whoever writes Portuguese."""
    main = tag.partition("-")[0].strip().lower()
    return _SAME.get(main, main)
