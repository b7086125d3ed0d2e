"""What an Action is: a verb as a value, so that pages, mails, macros and the API can all hold it as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from agents.permissions import Permission

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

REGISTRY: dict[str, type[Action]] = {}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an Action altered; it becomes an Event."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    """Yields a Fact for each thing it alters; silence is a no-op, HelpdeskError a refusal, nothing else can happen."""

    name: ClassVar[str]
    permission: ClassVar[Permission]

    def __init_subclass__(cls) -> None:
        REGISTRY[cls.name] = cls

    def run(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        by.require(self.permission)
        yield from self.apply(ticket, by)

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        """Alter the locked ticket in memory, and rows that hang on it."""
        raise NotImplementedError(self.name)

    def dump(self) -> dict[str, Any]:
        return {"do": self.name, **asdict(self)}
