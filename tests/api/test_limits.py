"""How many requests a token may send, whatever becomes of the place where they are counted together."""

from __future__ import annotations

from typing import Any

import pytest

from agents.api import limits


class Away:
    """Redis, which cannot be reached."""

    def add(self, *_args: Any) -> None:
        raise ConnectionError

    incr = add


def test_without_redis_each_process_counts_for_itself(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://localhost:1/0"
    settings.API_REQUESTS_PER_MINUTE = 2
    monkeypatch.setattr(limits, "cache", Away())
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000.0)

    told = [limits.count("token-1") for _request in range(3)]

    assert [one.left for one in told] == [1, 0, -1]
    assert [one.is_used_up for one in told] == [False, False, True]
