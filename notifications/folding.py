"""Folds what an agent was told by ticket, so that ten answers on one ticket are one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from notifications.kinds import WEIGHT
from notifications.models import Notification
from notifications.wording import phrase
from tickets.models import Ticket


@dataclass(frozen=True)
class Fold:
    """Everything that is told about one ticket; `news` has the newest first."""

    news: tuple[Notification, ...]

    @property
    def ticket(self) -> Ticket:
        return self.news[0].ticket

    @property
    def at(self) -> datetime:
        return self.news[0].created_at

    @property
    def is_read(self) -> bool:
        return all(one.read_at for one in self.news)

    @property
    def phrases(self) -> list[str]:
        """One sentence for each kind, the weightiest first."""
        ordered = sorted(self.news, key=lambda one: WEIGHT[one.kind])
        return [phrase(list(same)) for _kind, same in groupby(ordered, key=lambda one: one.kind)]

    @property
    def anchor(self) -> str:
        """The oldest message that is told of, so that reading goes on where it stopped; "" when there is none."""
        oldest = next((one.message_id for one in reversed(self.news) if one.message_id), None)
        return f"#message-{oldest}" if oldest else ""


def fold(news: Iterable[Notification]) -> list[Fold]:
    """By ticket, the ticket with the newest news first; `news` comes newest first."""
    found: dict[int, list[Notification]] = {}
    for one in news:
        found.setdefault(one.ticket_id, []).append(one)
    return [Fold(tuple(same)) for same in found.values()]
