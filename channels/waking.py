"""Tell a worker at once that a mail has come; should nobody hear it, the beat's sweep finds the mail."""

from __future__ import annotations

import time

import structlog
from celery import current_app

logger = structlog.get_logger(__name__)

PROCESS_INBOUND = "channels.tasks.process_inbound"
_QUIET_AFTER_FAILURE = 5.0
_broker_failed_at = -_QUIET_AFTER_FAILURE


def wake_inbound(pk: int) -> None:
    """Call it after the commit. The broker may be down: after a failure it is left alone for some seconds."""
    global _broker_failed_at
    if time.monotonic() - _broker_failed_at < _QUIET_AFTER_FAILURE:
        return
    try:
        current_app.send_task(PROCESS_INBOUND, args=[pk], retry=False, ignore_result=True)
    except Exception as error:
        _broker_failed_at = time.monotonic()
        logger.warning("inbound_wake_failed", error=repr(error))
