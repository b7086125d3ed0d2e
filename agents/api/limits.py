"""How many requests a token may send: counted in windows of a minute, and told in each answer."""

from __future__ import annotations

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


def count(who: str) -> Allowance:
    """Count one more request of `who`. With Redis all processes count together; without it each counts for itself,
    since a row written for each read would cost more than the reads."""
    at = int(time.time())
    window, reset = at // WINDOW, WINDOW - at % WINDOW
    number = _shared(who, window) if settings.REDIS_URL else _here(who, window)
    return Allowance(settings.API_REQUESTS_PER_MINUTE, settings.API_REQUESTS_PER_MINUTE - number, reset)


def _shared(who: str, window: int) -> int:
    key = f"api:{who}:{window}"
    try:
        cache.add(key, 0, 2 * WINDOW)
        return int(cache.incr(key))
    except ValueError:  # the window ended in between
        return 1
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
