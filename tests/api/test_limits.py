"""How many requests a token, its agent and a stranger may send, wherever they are counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache.backends.redis import RedisCache
from django.test import Client

from agents.api import limits
from agents.tokens import make_token
from helpdesk.lib.errors import HelpdeskError
from tests.api.conftest import Program, program


class Away:
    """Redis, which cannot be reached."""

    def __init__(self) -> None:
        self._cache = self
        self.asked: list[str] = []

    def make_and_validate_key(self, key: str) -> str:
        return f"helpdesk:1:{key}"

    def get_client(self, name: str, *, write: bool) -> None:
        self.asked.append(name)
        raise ConnectionError


def test_without_redis_each_process_counts_for_itself(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://localhost:1/0"
    away = Away()
    monkeypatch.setattr(limits, "cache", away)
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000.0)

    told = [limits.count("token-1", 2) for _request in range(3)]

    assert [one.left for one in told] == [1, 0, -1]
    assert [one.is_used_up for one in told] == [False, False, True]
    assert away.asked == ["helpdesk:1:api:token-1:30000000"] * 3


def test_with_redis_all_processes_count_together(
    settings: Any, monkeypatch: pytest.MonkeyPatch, redis_url: str
) -> None:
    """K04: each with a connection of its own, and none alone; what was counted is forgotten a minute later."""
    settings.REDIS_URL = redis_url
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000.0)
    monkeypatch.setattr(limits, "_here", None)
    who = f"token-{uuid4().hex}"
    told = []
    for _process in range(2):
        cache = RedisCache(redis_url, {"KEY_PREFIX": "helpdesk"})
        monkeypatch.setattr(limits, "cache", cache)
        told += [limits.count(who, 3) for _request in range(2)]

    assert [one.left for one in told] == [2, 1, 0, -1]
    name = cache.make_and_validate_key(f"api:{who}:30000000")
    assert 60 < cache._cache.get_client(name).ttl(name) <= 120


@pytest.mark.django_db
def test_all_tokens_and_sessions_of_an_agent_have_one_limit_together(ana, leo, settings):
    """K04: fifty tokens are not fifty times as much; what one is refused takes nothing from the others."""
    settings.API_REQUESTS_PER_MINUTE, settings.API_REQUESTS_PER_MINUTE_OF_AGENT = 3, 5
    one, other, session = program(ana), program(ana), Client()
    session.force_login(ana)

    def told(client):
        answer = client.get("/api/v1/me/")
        return answer.status_code, answer["RateLimit-Limit"], answer["RateLimit-Remaining"]

    with time_machine.travel("2026-11-22T10:00:20Z", tick=False):
        of_one = [told(one) for _ in range(5)]
        of_other = [told(other) for _ in range(2)]
        last = session.get("/api/v1/me/")

        assert of_one == [(200, "3", "2"), (200, "3", "1"), (200, "3", "0"), (429, "3", "0"), (429, "3", "0")]
        assert of_other == [(200, "5", "1"), (200, "5", "0")]
        assert (last.status_code, last.json()["code"], last["Retry-After"]) == (429, "too_many_requests", "40")
        assert told(program(leo)) == (200, "3", "2")


@pytest.mark.django_db
def test_strangers_are_counted_by_address_and_nobody_else_with_them(ana, settings):
    """K04: those whose token works are not counted with their neighbours."""
    settings.API_REQUESTS_PER_MINUTE_OF_STRANGER = 2
    known, wrong = program(ana), Program("hd_wrong")

    def told(client, address):
        answer = client.get("/api/v1/me/", REMOTE_ADDR=address)
        return answer.status_code, answer.get("Retry-After"), answer.get("RateLimit-Limit")

    with time_machine.travel("2026-11-22T10:00:20Z", tick=False) as clock:
        assert told(Client(), "192.0.2.1") == (401, None, None)
        assert told(wrong, "192.0.2.1") == (401, None, None)
        assert told(Client(), "192.0.2.1") == told(wrong, "192.0.2.1") == (429, "40", "2")
        assert told(known, "192.0.2.1") == (200, None, "100000")
        assert told(Client(), "192.0.2.2") == (401, None, None)
        assert [told(Client(), f"2001:db8::{last}")[0] for last in (1, 2, 3)] == [401, 401, 429]
        assert [told(Client(), "nowhere")[0] for _ in range(3)] == [401, 401, 429]
        clock.shift(40)
        assert told(Client(), "192.0.2.1") == (401, None, None)


@pytest.mark.django_db
def test_tokens_that_do_not_work_any_more_are_not_counted_among_the_fifty(as_ana, monkeypatch):
    monkeypatch.setattr("agents.tokens.MOST", 1)
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        make_token(as_ana, name="old", scope="read", expires_at=datetime(2026, 11, 22, 10, 1, tzinfo=UTC))
        with pytest.raises(HelpdeskError, match="revoke one"):
            make_token(as_ana, name="new", scope="read")
        clock.shift(61)
        assert make_token(as_ana, name="new", scope="read")[0].name == "new"
