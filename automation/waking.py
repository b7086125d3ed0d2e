"""Tell a worker that a queue may be handed out now; should nobody hear it, the beat's sweep looks at every queue."""

from __future__ import annotations

import time

import structlog
from celery import current_app

logger = structlog.get_logger(__name__)

HAND_OUT = "automation.tasks.hand_out"
_QUIET_AFTER_FAILURE = 5.0
_broker_failed_at = -_QUIET_AFTER_FAILURE


def wake() -> None:
    """Call it after the commit. After a failure the broker is left alone for some seconds."""
    global _broker_failed_at
    if time.monotonic() - _broker_failed_at < _QUIET_AFTER_FAILURE:
        return
    try:
        current_app.send_task(HAND_OUT, retry=False, ignore_result=True)
    except Exception as error:
        _broker_failed_at = time.monotonic()
        logger.warning("routing_wake_failed", error=repr(error))
