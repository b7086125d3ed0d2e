"""How many requests a token, its agent and a stranger may send: counted in windows of a minute, told in each answer."""

from __future__ import annotations

import ipaddress
import threading
import time
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.cache import cache

logger = structlog.get_logger(__name__)

WINDOW = 60
_lock = threading.Lock()
_counted: dict[str, int] = {}
_window = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of this minute, and in how many seconds the next begins."""

    limit: int
    left: int
    reset: int

    @property
    def is_used_up(self) -> bool:
        return self.left < 0

    def headers(self) -> dict[str, str]:
        told = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.left)),
            "RateLimit-Reset": str(self.reset),
        }
        return told | ({"Retry-After": str(self.reset)} if self.is_used_up else {})


def of_agent(agent_id: int, token_id: int | None) -> Allowance:
    """Count a request of a token, or of the agent's sessions, and of all that speaks for the agent: what is told is the
    tighter of the two. What is refused to one token takes nothing from the others."""
    own = count(f"t{token_id}" if token_id else f"s{agent_id}", settings.API_REQUESTS_PER_MINUTE)
    if own.is_used_up:
        return own
    return min(count(f"a{agent_id}", settings.API_REQUESTS_PER_MINUTE_OF_AGENT), own, key=lambda one: one.left)


def of_stranger(address: str) -> Allowance:
    """Count a request of somebody who sent no token that works. An IPv6 network of one house counts as one."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return count("n", settings.API_REQUESTS_PER_MINUTE_OF_STRANGER)
    who = ipaddress.ip_network((known, 64), strict=False) if known.version == 6 else known
    return count(f"n{who}", settings.API_REQUESTS_PER_MINUTE_OF_STRANGER)


def count(who: str, limit: int) -> Allowance:
    """Count one more request of `who`. With Redis all processes count together; without it each counts for itself,
    since a row written for each read would cost more than the reads."""
    at = int(time.time())
    window, reset = at // WINDOW, WINDOW - at % WINDOW
    number = _shared(who, window) if settings.REDIS_URL else _here(who, window)
    return Allowance(limit, limit - number, reset)


def _shared(who: str, window: int) -> int:
    key = f"api:{who}:{window}"
    try:
        name = cache.make_and_validate_key(key)
        # Both in one go, where cache.add() and cache.incr() would go to Redis and back three times.
        redis = cache._cache.get_client(name, write=True)  # type: ignore[attr-defined]
        number, _kept = redis.pipeline(transaction=False).incr(name).expire(name, 2 * WINDOW).execute()
        return int(number)
    except Exception as error:
        # Without Redis the API goes on: then each process counts for itself.
        logger.warning("api_limits_not_shared", error=repr(error)[:300])
        return _here(who, window)


def _here(who: str, window: int) -> int:
    global _window
    with _lock:
        if window != _window:
            _counted.clear()
            _window = window
        _counted[who] = _counted.get(who, 0) + 1
        return _counted[who]
