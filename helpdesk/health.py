"""Alive and ready: what a supervisor and a load balancer ask, and what an operator reads when the answer is no.

/healthz says that this process answers; it touches nothing, so that a database outage restarts nobody. /readyz says
whether work gets done here. Neither tells a secret: reasons name the kind of trouble, never an address or a value.
"""

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils.module_loading import import_string
from django.utils.timezone import now

from helpdesk.models import Heartbeat

Details = dict[str, Any]
log = structlog.get_logger(__name__)
_all_applied = False


class NotReady(Exception):
    """A readiness check failed; the message is shown to whoever asks, so it names no address and no secret."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.details = details


def alive() -> JsonResponse:
    """Answer that this process takes requests."""
    return JsonResponse({"status": "alive"})


def ready() -> JsonResponse:
    """Run every check; 503 when one of them fails."""
    report = {path.rpartition(".")[2]: run_check(import_string(path)) for path in settings.READINESS_CHECKS}
    fine = all(result["ok"] for result in report.values())
    body = {"status": "ready" if fine else "not ready", "checks": report}
    return JsonResponse(body, status=200 if fine else 503, headers={} if fine else {"Retry-After": "10"})


def run_check(check: Callable[[], Details]) -> Details:
    """Run one check and turn whatever happens into a line of the report."""
    started = time.perf_counter()
    try:
        result: Details = {"ok": True, **check()}
    except NotReady as problem:
        result = {"ok": False, "reason": str(problem), **problem.details}
    except DatabaseError as problem:
        connection.close()  # a broken connection must not answer the next question too
        result = {"ok": False, "reason": f"database: {type(problem).__name__}"}
    except Exception as problem:
        log.exception("readiness_check_failed", check=check.__name__)
        result = {"ok": False, "reason": type(problem).__name__}
    return result | {"ms": round((time.perf_counter() - started) * 1000, 1)}


def database() -> Details:
    """Ask the database for an answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"vendor": connection.vendor}


def migrations() -> Details:
    """Compare the migrations of the code with those of the database; once all are applied the answer is kept."""
    global _all_applied
    if not _all_applied:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            raise NotReady("migrations are not applied", unapplied=len(plan))
        _all_applied = True
    return {}


def broker() -> Details:
    """Reach the broker: a ping of Redis, or a file that can be made where the embedded broker keeps its messages."""
    if settings.REDIS_URL:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
        try:
            client.ping()
        except redis.RedisError as problem:
            raise NotReady(f"broker: {type(problem).__name__}") from None
        finally:
            client.close()
        return {"kind": "redis"}
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["root"]) / "tmp"
    trial = folder / f"readyz-{uuid.uuid4().hex}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        trial.touch(mode=0o600)
        trial.unlink()
    except OSError as problem:
        raise NotReady(f"broker: {type(problem).__name__}") from None
    return {"kind": "filesystem"}


def outbox() -> Details:
    """Look at the oldest reaction that is still owed: an old one means that nobody works, or that one is stuck."""
    oldest: datetime | None = import_string(settings.OUTBOX_OLDEST_OWED)()
    if oldest is None:
        return {"oldest_seconds": 0}
    age = round((now() - oldest).total_seconds())
    if age > settings.OUTBOX_LATE_SECONDS:
        raise NotReady("the outbox is late", oldest_seconds=age)
    return {"oldest_seconds": max(age, 0)}


def promises() -> Details:
    """Look at the oldest step of a clock that is due and not taken: an old one means that nobody watches the clocks."""
    oldest: datetime | None = import_string(settings.SLA_OLDEST_DUE)()
    lag = max(round((now() - oldest).total_seconds()), 0) if oldest else 0
    if lag > settings.SLA_LATE_SECONDS:
        raise NotReady("the watch over promises is late", lag_seconds=lag)
    return {"lag_seconds": lag}


def beat() -> Details:
    """Look at the last heartbeat, which beat sends, the broker carries and a worker writes."""
    age = Heartbeat.objects.age("beat")
    if age is None:
        raise NotReady("beat and worker have not been seen yet")
    seconds = round(age.total_seconds())
    if seconds > settings.HEARTBEAT_LATE_SECONDS:
        raise NotReady("beat or worker is silent", age_seconds=seconds)
    return {"age_seconds": max(seconds, 0)}
