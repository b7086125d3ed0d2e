"""Finds who was told something since the last look, so that the stream can ring; which app tells is a setting."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

# Ids are given before the commit: a row may appear after one with a higher id, for as long as a transaction lasts.
LOOK_BACK_SECONDS = 30.0

NewsAfter = Callable[[int | None], list[tuple[int, int]]]
"""(row, agent) of what was told after a row; with None the last rows that there are."""


class Bells:
    """One look a second serves every stream of the process."""

    def __init__(self) -> None:
        self._floor: int | None = None
        self._seen: dict[int, float] = {}

    def ringing(self) -> frozenset[int]:
        """The agents who were told something since the last call; nobody at the first, which only begins."""
        if not settings.LIVE_NEWS:
            return frozenset()
        news_after: NewsAfter = import_string(settings.LIVE_NEWS)
        rows = news_after(self._floor)
        fresh = [row for row in rows if row[0] not in self._seen]
        begins = self._floor is None
        if begins:
            self._floor = rows[0][0] - 1 if rows else 0
        moment = time.monotonic()
        self._seen.update((pk, moment) for pk, _agent in fresh)
        old = [pk for pk, when in self._seen.items() if moment - when > LOOK_BACK_SECONDS]
        if old:
            self._floor = max(old)
            self._seen = {pk: when for pk, when in self._seen.items() if pk > self._floor}
        return frozenset() if begins else frozenset(agent for _pk, agent in fresh)
