"""Tell a worker at once that a mail has come; should nobody hear it, the beat's sweep finds the mail."""

from __future__ import annotations

import threading
import time

import structlog
from celery import current_app

logger = structlog.get_logger(__name__)

PROCESS_WAITING = "channels.tasks.process_waiting_mail"
# A worker that is told takes up everything that waits, so in a flood of mail one call is enough for many.
_SELDOM = 0.05
_QUIET_AFTER_FAILURE = 5.0
_broker_failed_at = -_QUIET_AFTER_FAILURE
_called_at = -_SELDOM
_call_is_coming = False
_lock = threading.Lock()


def wake_inbound() -> None:
    """Call it after the commit: at once, or a moment after the last call, which then speaks for all since.

    The broker may be down: after a failure it is left alone for some seconds.
    """
    global _called_at, _call_is_coming
    with _lock:
        if _call_is_coming:
            return
        wait = _called_at + _SELDOM - time.monotonic()
        if wait > 0:
            _call_is_coming = True
            threading.Timer(wait, _call_later).start()
            return
        _called_at = time.monotonic()
    _call()


def _call_later() -> None:
    global _called_at, _call_is_coming
    with _lock:
        _call_is_coming, _called_at = False, time.monotonic()
    _call()


def _call() -> None:
    global _broker_failed_at
    if time.monotonic() - _broker_failed_at < _QUIET_AFTER_FAILURE:
        return
    try:
        current_app.send_task(PROCESS_WAITING, retry=False, ignore_result=True)
    except Exception as error:
        _broker_failed_at = time.monotonic()
        logger.warning("inbound_wake_failed", error=repr(error))
