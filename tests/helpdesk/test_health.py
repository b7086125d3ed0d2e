"""Alive, ready and measured: what the probes answer, and to whom."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from helpdesk import health
from helpdesk.models import Heartbeat

LATE: list[Any] = []


def oldest_owed() -> Any:
    """Stands in for the outbox; the tests say how old it is."""
    return LATE[0] if LATE else None


@pytest.fixture
def outbox(settings: Any) -> Any:
    settings.OUTBOX_OLDEST_OWED = "tests.helpdesk.test_health.oldest_owed"
    LATE.clear()
    yield LATE
    LATE.clear()


@pytest.fixture
def all_well(db: None, outbox: list[Any]) -> None:
    Heartbeat.objects.note("beat")


def test_alive_needs_no_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "alive"}


def test_alive_answers_under_any_host_name(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400


def test_ready_when_everything_works(client: Client, all_well: None) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "ready"
    assert set(answer.json()["checks"]) == {"database", "migrations", "broker", "outbox", "promises", "beat"}


def test_not_ready_before_beat_and_worker_were_seen(client: Client, db: None, outbox: list[Any]) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert answer.json()["checks"]["beat"]["reason"] == "beat and worker have not been seen yet"


def test_not_ready_when_the_heartbeat_is_old(client: Client, all_well: None, settings: Any) -> None:
    Heartbeat.objects.update(beat_at=now() - timedelta(seconds=settings.HEARTBEAT_LATE_SECONDS + 5))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["beat"]["reason"] == "beat or worker is silent"


def test_not_ready_when_the_watch_over_promises_is_late(client: Client, all_well: None, settings: Any) -> None:
    settings.SLA_OLDEST_DUE = "tests.helpdesk.test_health.oldest_owed"
    settings.METRICS_TOKEN = "let-me-read"
    LATE.append(now() - timedelta(seconds=301))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["promises"]["reason"] == "the watch over promises is late"
    assert answer.json()["checks"]["promises"]["lag_seconds"] in (301, 302)
    LATE[0] = now() - timedelta(seconds=17)
    numbers = client.get("/metrics", headers={"authorization": "Bearer let-me-read"}).content.decode()
    assert any(f"helpdesk_sla_lag_seconds {age}.0" in numbers for age in (17, 18))


def test_not_ready_when_the_outbox_is_late(client: Client, all_well: None, outbox: list[Any]) -> None:
    outbox.append(now() - timedelta(hours=1))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["outbox"]["reason"] == "the outbox is late"
    assert answer.json()["checks"]["outbox"]["oldest_seconds"] in (3600, 3601)


def test_not_ready_when_redis_refuses_and_the_answer_comes_at_once(
    client: Client, all_well: None, settings: Any, free_port: int
) -> None:
    """Fault F07: the reason names the trouble, not the address or the password."""
    settings.REDIS_URL = f"redis://:geheim@127.0.0.1:{free_port}/0"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    broker = answer.json()["checks"]["broker"]
    assert broker["reason"] == "broker: ConnectionError"
    assert broker["ms"] < 2500
    assert b"geheim" not in answer.content
    assert str(free_port).encode() not in answer.content


def test_not_ready_when_the_broker_folder_cannot_be_written(
    client: Client, all_well: None, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "broker").write_text("a file where the folder should be")
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"root": str(tmp_path / "broker")}

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"]["ok"] is False


def test_not_ready_while_a_migration_is_not_applied(
    client: Client, all_well: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_all_applied", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'helpdesk' AND name = '0002_cache_table'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"]["reason"] == "migrations are not applied"
    assert answer.json()["checks"]["migrations"]["unapplied"] == 1


def test_a_check_that_breaks_is_a_line_of_the_report_and_not_an_error_page(
    client: Client, all_well: None, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OUTBOX_OLDEST_OWED = "tests.helpdesk.test_health.not_there"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["outbox"]["reason"] == "ImportError"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_takes_reads_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_metrics_are_absent_unless_opened(client: Client, settings: Any) -> None:
    """E16: the public sees nothing."""
    settings.METRICS_TOKEN, settings.METRICS_ALLOWED = "", []

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_metrics_open_for_the_token_and_for_nothing_close_to_it(client: Client, all_well: None, settings: Any) -> None:
    settings.METRICS_TOKEN = "a-long-token"

    answer = client.get("/metrics", headers={"authorization": "Bearer a-long-token"})

    assert answer.status_code == 200
    assert b'helpdesk_ready{check="database"} 1.0' in answer.content
    assert client.get("/metrics", headers={"authorization": "Bearer a-long-toke"}).status_code == 404
    assert client.get("/metrics", headers={"authorization": "Basic a-long-token"}).status_code == 404


def test_metrics_open_for_an_allowed_address(client: Client, all_well: None, settings: Any) -> None:
    settings.METRICS_ALLOWED = ["10.0.0.0/8"]

    assert client.get("/metrics", REMOTE_ADDR="10.2.3.4").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="11.2.3.4").status_code == 404


@pytest.mark.services
def test_a_worker_that_runs_beats_task_makes_the_heartbeat_fresh(live_worker: Any) -> None:
    from helpdesk.tasks import note_heartbeat
    from tests.plugin_services import wait_until

    assert Heartbeat.objects.age("beat") is None
    note_heartbeat.delay()

    age = wait_until(lambda: Heartbeat.objects.age("beat"), 20, "the heartbeat")

    assert age < timedelta(seconds=20)
