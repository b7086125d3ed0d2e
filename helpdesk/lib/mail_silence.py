"""A mail server that hangs keeps one worker waiting at a time, not all of them: noted where every process sees it."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache

HUNG, ASKED = "mail-server-hung", "mail-server-asked"
KEYS = (HUNG, ASKED)
REMEMBERED = 600
PAUSE = 60
"""Seconds between one vain attempt and the next, of all queues together."""


def is_on() -> bool:
    """Whether the mail server has lately let somebody wait in vain."""
    return cache.get(HUNG) is not None


def may_ask() -> bool:
    """While it is on: whether this worker is the one that tries again. If it dies, the next one may after a while."""
    return bool(cache.add(ASKED, True, settings.CELERY_TASK_TIME_LIMIT))


def begin() -> None:
    cache.set(HUNG, True, REMEMBERED)
    cache.set(ASKED, True, PAUSE)


def end() -> None:
    cache.delete_many(KEYS)
